package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.contacts.Contact;
import dev.parley.discovery.RelayUrl;
import dev.parley.pairing.PairedPeer;
import dev.parley.pairing.PairingCode;
import dev.parley.pairing.PairingException;
import dev.parley.pairing.PairingExchange;
import dev.parley.pairing.PairingInvitation;
import dev.parley.pairing.PairingListener;
import dev.parley.pairing.PairingPlan;
import dev.parley.pairing.PairingRole;
import dev.parley.pairing.Pairings;
import dev.parley.relay.v1.JoinSlot;
import dev.parley.relay.v1.OpenSlot;
import dev.parley.relay.v1.RendezvousEvent;
import dev.parley.relay.v1.RendezvousRequest;
import dev.parley.relay.v1.SlotEnded;
import dev.parley.relay.v1.SlotOpened;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pairing, from the relay to the contact. Owned by its actor, a sequence of tasks on threads
 * that may block; {@link #close} may be called by any thread.
 */
final class PairingRun implements Pairings.Handle {
  /** For an answer of the relay; connections give up by themselves. */
  private static final Duration ANSWER = Duration.ofSeconds(15);

  /** From the moment at which both are there; the relay gives them a minute. */
  private static final Duration EXCHANGE = Duration.ofSeconds(45);

  private static final int MAX_RELAYS = 4;
  private static final int MAX_SLOT = 99_999;

  private static final Logger log = LoggerFactory.getLogger(PairingRun.class);

  private enum State {
    CONNECTING,
    /** The relay is asked for a slot. */
    ASKED,
    /** Nobody has come yet. */
    INVITED,
    MET,
    OVER
  }

  /**
   * @param code of whom to join; empty for who invites
   */
  record Task(PairingRole role, Optional<PairingCode> code, PairingPlan plan) {}

  private final NodePairings.Surroundings node;
  private final Task task;
  private final PairingListener listener;
  private final Executor actor;
  private final Consumer<PairingRun> onOver;
  private final Deque<RelayUrl> relays = new ArrayDeque<>();

  private State state = State.CONNECTING;
  private @Nullable PairingMeeting meeting;
  private @Nullable PairingCode code;
  private @Nullable PairingTalk talk;
  private PairingException lastProblem = PairingProblems.noRelay();
  private int deadlines;

  PairingRun(
      NodePairings.Surroundings node,
      Task task,
      PairingListener listener,
      Executor actor,
      Consumer<PairingRun> onOver) {
    this.node = node;
    this.task = task;
    this.listener = listener;
    this.actor = actor;
    this.onOver = onOver;
    this.code = task.code().orElse(null);
  }

  void start() {
    boolean posted =
        NodeMail.post(
            node.loop(),
            () -> {
              Optional<RelayUrl> home = node.home().get();
              post(() -> begin(home));
            });
    if (!posted) {
      post(() -> fail(PairingProblems.closing()));
    }
  }

  private void begin(Optional<RelayUrl> home) {
    Optional<RelayUrl> asked = task.plan().relay();
    ImmutableList.Builder<RelayUrl> all = ImmutableList.builder();
    asked.ifPresent(all::add);
    if (asked.isEmpty()) {
      home.ifPresent(all::add);
      all.addAll(node.relays());
    }
    all.build().stream().distinct().limit(MAX_RELAYS).forEach(relays::add);
    dialNext();
  }

  /** The next relay; where there is none any more, what the last has said stands. */
  private void dialNext() {
    if (state == State.OVER) {
      return;
    }
    leaveRelay();
    RelayUrl next = relays.poll();
    if (next == null) {
      fail(lastProblem);
      return;
    }
    transition(State.CONNECTING, "relay " + next);
    meeting = PairingMeeting.dial(next, node, new Events());
    deadline(ANSWER, PairingProblems.unreachable(next, "it did not answer in time"));
  }

  /** Hears the relay on the event loop, and tells the actor. Of an older relay nothing counts. */
  private final class Events implements PairingMeeting.Listener {
    @Override
    public void onReady(PairingMeeting from) {
      post(() -> ifCurrent(from, PairingRun.this::ask));
    }

    @Override
    public void onUnavailable(PairingMeeting from, PairingException problem) {
      post(() -> ifCurrent(from, () -> onLost(problem)));
    }

    @Override
    public void onEvent(PairingMeeting from, RendezvousEvent event) {
      post(() -> ifCurrent(from, () -> PairingRun.this.onEvent(event)));
    }
  }

  private void ifCurrent(PairingMeeting from, Runnable task) {
    if (state != State.OVER && meeting == from) {
      task.run();
    }
  }

  private void ask() {
    transition(State.ASKED, "the relay is there");
    RendezvousRequest.Builder request = RendezvousRequest.newBuilder();
    say(
        code == null
            ? request.setOpen(OpenSlot.getDefaultInstance()).build()
            : request.setJoin(JoinSlot.newBuilder().setSlot(code.slot())).build());
  }

  private void onLost(PairingException problem) {
    if (state == State.CONNECTING || state == State.ASKED) {
      lastProblem = problem;
      dialNext();
    } else {
      fail(PairingProblems.interrupted(kept()));
    }
  }

  private void onEvent(RendezvousEvent event) {
    switch (event.getBodyCase()) {
      case OPENED -> onOpened(event.getOpened());
      case JOINED -> onJoined();
      case FRAME -> onFrame(event.getFrame());
      case ENDED -> onEnded(event.getEnded().getReason());
      case BODY_NOT_SET -> {
        // Of a later revision; it is not for us.
      }
    }
  }

  private void onOpened(SlotOpened opened) {
    if (state != State.ASKED
        || task.role() != PairingRole.INVITE
        || opened.getSlot() < 1
        || opened.getSlot() > MAX_SLOT) {
      fail(PairingProblems.broken());
      return;
    }
    PairingCode made = PairingCode.random(opened.getSlot(), node.random());
    code = made;
    transition(State.INVITED, "slot " + opened.getSlot());
    long seconds = Math.min(opened.getLifetimeSeconds(), PairingCode.LIFETIME.toSeconds());
    Duration life = Duration.ofSeconds(Math.max(1, seconds));
    deadline(life, PairingProblems.expired());
    listener.onInvited(
        new PairingInvitation(
            made.toString(),
            meeting().relay(),
            node.record().ticket(true),
            node.clock().instant().plus(life)));
  }

  private void onJoined() {
    boolean expected =
        task.role() == PairingRole.INVITE ? State.INVITED == state : State.ASKED == state;
    if (!expected || code == null) {
      fail(PairingProblems.broken());
      return;
    }
    transition(State.MET, "the other side is there");
    deadline(EXCHANGE, PairingProblems.interrupted(null));
    PairingTalk begun =
        new PairingTalk(
            node,
            task,
            new PairingExchange.Place(meeting().key(), code.slot()),
            code,
            new Outlet());
    talk = begun;
    begun.begin();
  }

  private void onFrame(ByteString frame) {
    if (talk == null) {
      fail(PairingProblems.broken());
    } else {
      talk.onFrame(frame);
    }
  }

  /** What comes of the talk. */
  private final class Outlet implements PairingTalk.Outlet {
    @Override
    public void say(ByteString frame) {
      PairingRun.this.say(RendezvousRequest.newBuilder().setFrame(frame).build());
    }

    @Override
    public void onFailed(PairingException problem) {
      fail(problem);
    }

    @Override
    public void onFinished(Contact peer) {
      if (end("paired with " + peer.peer().shortForm())) {
        listener.onPaired(new PairedPeer(peer.peer(), peer.name()));
      }
    }
  }

  /** The contact that the other side is by now; it may not have us as one. */
  private @Nullable Contact kept() {
    return talk == null ? null : talk.kept();
  }

  private void onEnded(SlotEnded.Reason reason) {
    if (state == State.ASKED) {
      lastProblem = PairingProblems.ofSlot(reason, meeting().relay());
      dialNext();
    } else if (state == State.INVITED) {
      fail(PairingProblems.expired());
    } else {
      fail(PairingProblems.interrupted(kept()));
    }
  }

  private void fail(PairingException problem) {
    if (end(String.valueOf(problem.getMessage()))) {
      listener.onFailed(problem);
    }
  }

  /** Ends it without a word, as whoever began it wanted. */
  @Override
  public void close() {
    post(() -> end("closed"));
  }

  private boolean end(String reason) {
    if (state == State.OVER) {
      return false;
    }
    transition(State.OVER, reason);
    leaveRelay();
    onOver.accept(this);
    return true;
  }

  private void leaveRelay() {
    if (meeting != null) {
      meeting.close();
      meeting = null;
    }
  }

  private void say(RendezvousRequest request) {
    if (meeting != null) {
      meeting.say(request);
    }
  }

  private PairingMeeting meeting() {
    if (meeting == null) {
      throw new IllegalStateException("an event of no relay");
    }
    return meeting;
  }

  /** In place of the deadline before. */
  private void deadline(Duration in, PairingException problem) {
    int number = ++deadlines;
    PairingMeeting.later(
        node.loop(),
        in,
        () ->
            post(
                () -> {
                  if (number == deadlines && state != State.OVER) {
                    onDeadline(problem);
                  }
                }));
  }

  private void onDeadline(PairingException problem) {
    if (state == State.CONNECTING || state == State.ASKED) {
      lastProblem = problem;
      dialNext();
    } else {
      fail(state == State.MET ? PairingProblems.interrupted(kept()) : problem);
    }
  }

  private void post(Runnable step) {
    try {
      actor.execute(step);
    } catch (RejectedExecutionException e) {
      log.debug("a pairing ends with its node");
    }
  }

  private void transition(State next, String reason) {
    log.debug("pairing ({}): {} -> {}: {}", task.role(), state, next, reason);
    state = next;
  }
}
