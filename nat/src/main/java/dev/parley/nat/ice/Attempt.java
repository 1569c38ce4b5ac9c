package dev.parley.nat.ice;

import com.google.common.collect.ImmutableList;
import dev.parley.nat.PeerKey;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one attempt. Owned by the event loop; {@code session} alone belongs to the thread
 * {@code parley-ice}, which does what it is told in order.
 */
final class Attempt implements IceAttempt {
  /** The peer's answer takes a round trip through a relay, and its first agent a second to load. */
  static final long ANSWER_MILLIS = 10_000;

  /** ice4j gives a check up after 9.5 s and knows of no other limit. */
  static final long CHECKS_MILLIS = 15_000;

  /** An agent freed at once leaves one peer in ten without the answers that it waits for. */
  static final long LINGER_MILLIS = 4_000;

  private static final Logger log = LoggerFactory.getLogger(Attempt.class);

  /** Where an attempt stands. Only ever moves downwards. */
  enum State {
    /** As many others as may be are under way. */
    WAITING,
    /** ice4j makes the agent. */
    OPENING,
    /** Ours is told; the peer's credentials are awaited. */
    READY,
    CHECKING,
    /** A pair was nominated; the peer's last checks are still answered. */
    LINGERING,
    OVER
  }

  private final PeerKey peer;
  private final IceRole role;
  private final IceListener listener;
  private final Ice4jEngine engine;
  private final EventExecutor loop;
  private final Set<InetSocketAddress> told = new HashSet<>();
  private final PeerCandidates peers = new PeerCandidates();
  private final List<IceCandidate> early = new ArrayList<>();
  private IceLocals locals;
  private ImmutableList<CheckPort> ports = ImmutableList.of();
  private State state = State.WAITING;
  private boolean checked;
  private @Nullable IceCredentials remote;
  private @Nullable ScheduledFuture<?> timer;
  // Confined to parley-ice.
  private @Nullable AgentSession session;

  Attempt(PeerKey peer, IceRole role, IceLocals locals, IceListener listener, Ice4jEngine engine) {
    this.peer = peer;
    this.role = role;
    this.locals = locals;
    this.listener = listener;
    this.engine = engine;
    this.loop = engine.loop();
  }

  /** Its turn has come. */
  void open() {
    transition(State.OPENING, "there is room");
    ImmutableList.Builder<CheckPort> families = ImmutableList.builder();
    locals.base(false).ifPresent(base -> families.add(new CheckPort(base, engine::send)));
    locals.base(true).ifPresent(base -> families.add(new CheckPort(base, engine::send)));
    ports = families.build();
    IceLocals known = locals;
    ImmutableList<CheckPort> opened = ports;
    engine.work(
        () -> {
          try {
            AgentSession made = new AgentSession(role, opened, known, new Found());
            session = made;
            IceCredentials credentials = made.credentials();
            engine.post(() -> onOpened(credentials));
          } catch (IOException | RuntimeException e) {
            engine.post(() -> fail("ice4j made no agent: " + e));
          }
        });
  }

  private void onOpened(IceCredentials credentials) {
    if (state != State.OPENING) {
      return;
    }
    ports.forEach(port -> engine.demultiplexer().register(port, credentials));
    transition(State.READY, "the agent is there");
    ImmutableList<IceCandidate> candidates = untold();
    listener.onReady(credentials, candidates);
    if (state == State.READY) {
      arm(ANSWER_MILLIS, () -> fail("the peer has not answered"));
      beginIfBoth();
    }
  }

  @Override
  public void begin(IceCredentials credentials) {
    if (remote == null && state != State.OVER) {
      remote = credentials;
      beginIfBoth();
    }
  }

  private void beginIfBoth() {
    IceCredentials theirs = remote;
    if (theirs == null || state != State.READY) {
      return;
    }
    transition(State.CHECKING, "the peer's credentials are there");
    checked = true;
    arm(CHECKS_MILLIS, this::onChecksOver);
    ports.forEach(port -> engine.demultiplexer().remote(port, theirs));
    early.forEach(candidate -> allow(candidate.address()));
    List<IceCandidate> first = List.copyOf(early);
    early.clear();
    work(made -> made.begin(theirs, first));
  }

  @Override
  public void addRemoteCandidates(List<IceCandidate> candidates) {
    List<IceCandidate> fresh = new ArrayList<>();
    for (IceCandidate candidate : candidates) {
      if (peers.add(candidate)) {
        fresh.add(candidate);
      }
    }
    if (fresh.isEmpty() || state == State.LINGERING || state == State.OVER) {
      return;
    }
    if (state == State.CHECKING) {
      fresh.forEach(candidate -> allow(candidate.address()));
      work(made -> made.add(fresh));
    } else {
      early.addAll(fresh);
    }
  }

  private void allow(InetSocketAddress target) {
    for (CheckPort port : ports) {
      if (port.isIpv6() == IceLocals.isIpv6(target)) {
        engine.demultiplexer().allow(port, target);
      }
    }
  }

  @Override
  public void update(IceLocals now) {
    locals = now;
    if (state == State.READY || state == State.CHECKING) {
      ImmutableList<IceCandidate> more = untold();
      if (!more.isEmpty()) {
        listener.onLocalCandidates(more);
      }
    }
  }

  private ImmutableList<IceCandidate> untold() {
    ImmutableList.Builder<IceCandidate> fresh = ImmutableList.builder();
    for (IceCandidate candidate : locals.candidates()) {
      if (told.size() < IceCandidate.MAX && told.add(candidate.address())) {
        fresh.add(candidate);
      }
    }
    return fresh.build();
  }

  /** What ice4j finds, brought to the event loop. */
  private final class Found implements AgentSession.Events {
    @Override
    public void onValid(InetSocketAddress found) {
      engine.post(() -> onPair(found));
    }

    @Override
    public void onCompleted() {
      engine.post(Attempt.this::linger);
    }

    @Override
    public void onFailed() {
      engine.post(() -> fail("no pair of " + peers.size() + " addresses of the peer works"));
    }
  }

  @Override
  public ImmutableList<IceCheck> checks() {
    return peers.checks(
        state,
        checked,
        target -> ports.stream().anyMatch(port -> port.isIpv6() == IceLocals.isIpv6(target)));
  }

  private void onPair(InetSocketAddress found) {
    if (state != State.OVER && peers.works(found)) {
      log.debug("{}: checks pass between here and {}", peer, found);
      listener.onPair(found);
    }
  }

  private void linger() {
    if (state == State.CHECKING) {
      transition(State.LINGERING, "a pair was nominated");
      arm(LINGER_MILLIS, this::close);
    }
  }

  private void onChecksOver() {
    fail("no check was answered in time");
  }

  /** The queue is full, or nothing works. */
  void fail(String reason) {
    if (state == State.OVER) {
      return;
    }
    boolean found = peers.anyWorks();
    end(reason);
    if (!found) {
      listener.onFailed(reason);
    }
  }

  @Override
  public boolean isOver() {
    return state == State.OVER;
  }

  @Override
  public void close() {
    if (state != State.OVER) {
      end("closed");
    }
  }

  private void end(String reason) {
    boolean held = state != State.WAITING;
    transition(State.OVER, reason);
    disarm();
    ports.forEach(engine.demultiplexer()::unregister);
    if (!held) {
      engine.withdraw(this);
      return;
    }
    engine.work(
        () -> {
          AgentSession made = session;
          session = null;
          try {
            if (made != null) {
              made.free();
            }
          } catch (RuntimeException e) {
            log.warn("ice4j has not freed an agent", e);
          } finally {
            // Whatever ice4j has not closed: its thread waits there.
            ports.forEach(CheckPort::close);
            engine.post(() -> engine.released(this));
          }
        });
  }

  private interface Step {
    void take(AgentSession session);
  }

  private void work(Step step) {
    engine.work(
        () -> {
          AgentSession made = session;
          if (made == null) {
            return;
          }
          try {
            step.take(made);
          } catch (RuntimeException e) {
            engine.post(() -> fail("ice4j refused: " + e));
          }
        });
  }

  private void arm(long millis, Runnable then) {
    disarm();
    timer = loop.schedule(then, millis, TimeUnit.MILLISECONDS);
  }

  private void disarm() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  State state() {
    return state;
  }

  private void transition(State next, String reason) {
    log.debug("{}: ice {} -> {}: {}", peer, state, next, reason);
    state = next;
  }
}
