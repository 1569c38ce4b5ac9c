package dev.parley.node;

import dev.parley.diagnosis.NatFacts;
import dev.parley.link.Link;
import dev.parley.link.LinkListener;
import dev.parley.peer.v1.NatNotice;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What peers say of their networks, and what they are told of this one: contacts alone, and only
 * while there is a link. Owned by the event loop.
 */
final class PeerNats implements LinkListener {
  /**
   * Of one peer: more are dropped unread, questions included. One that measures as often as it may
   * and asks as often as it may stays within.
   */
  static final int NOTICES_PER_MINUTE = 10;

  /** Between two questions to one peer. */
  static final long ASK_GAP_SECONDS = 20;

  /** Somebody who looks at one peer again and again adds one waiter at a time. */
  static final int MAX_WAITING = 64;

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final OwnNat own;
  private final Predicate<PeerId> isContact;
  private final BiConsumer<PeerId, NatNotice> sender;
  private final LongSupplier nanoTime;
  private final Map<PeerId, State> peers = new HashMap<>();
  private long dropped;

  /** What is known of one peer while there is a link with it. */
  private static final class State {
    final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    NatFrames.@Nullable Told told;
    long toldAt;
    long minuteBeganAt;
    int thisMinute;
    long askedAt;
    boolean asked;
  }

  PeerNats(
      OwnNat own,
      Predicate<PeerId> isContact,
      BiConsumer<PeerId, NatNotice> sender,
      LongSupplier nanoTime) {
    this.own = own;
    this.isContact = isContact;
    this.sender = sender;
    this.nanoTime = nanoTime;
  }

  @Override
  public void onUp(Link link) {
    State state = new State();
    state.minuteBeganAt = nanoTime.getAsLong();
    State old = peers.put(link.peer(), state);
    if (old != null) {
      answer(old);
    }
    if (own.facts().isPresent()) {
      tell(link.peer(), false);
    }
  }

  @Override
  public void onDown(Link link, String reason) {
    State gone = peers.remove(link.peer());
    if (gone != null) {
      answer(gone);
    }
  }

  /** This side knows more of its network, or otherwise. */
  void onOwnChanged() {
    List.copyOf(peers.keySet()).forEach(peer -> tell(peer, false));
  }

  void onNotice(PeerId peer, NatNotice notice) {
    State state = peers.get(peer);
    if (state == null || !isWithinBounds(state)) {
      dropped++;
      return;
    }
    if (notice.hasReport()) {
      Optional<NatFrames.Told> told = NatFrames.decode(notice.getReport());
      if (told.isEmpty()) {
        dropped++;
        return;
      }
      state.told = told.get();
      state.toldAt = nanoTime.getAsLong();
    }
    answer(state);
    if (notice.getAsk()) {
      tell(peer, false);
    }
  }

  private boolean isWithinBounds(State state) {
    long now = nanoTime.getAsLong();
    if (now - state.minuteBeganAt >= MINUTE) {
      state.minuteBeganAt = now;
      state.thisMinute = 0;
    }
    return ++state.thisMinute <= NOTICES_PER_MINUTE;
  }

  /**
   * Asks the peer, if it has not been asked just now. Completes when it has said something, or the
   * link has ended; the caller brings the deadline.
   */
  CompletableFuture<Void> ask(PeerId peer) {
    State state = peers.get(peer);
    CompletableFuture<Void> answered = new CompletableFuture<>();
    if (state == null || !isContact.test(peer) || state.waiting.size() >= MAX_WAITING) {
      answered.complete(null);
      return answered;
    }
    long now = nanoTime.getAsLong();
    if (!state.asked || now - state.askedAt >= Duration.ofSeconds(ASK_GAP_SECONDS).toNanos()) {
      state.asked = true;
      state.askedAt = now;
      state.waiting.add(answered);
      tell(peer, true);
    } else if (state.told == null && !state.waiting.isEmpty()) {
      state.waiting.add(answered);
    } else {
      answered.complete(null);
    }
    return answered;
  }

  /** What this peer has said, with its age now. */
  Optional<NatFrames.Told> told(PeerId peer) {
    State state = peers.get(peer);
    NatFrames.Told told = state == null ? null : state.told;
    return state == null || told == null
        ? Optional.empty()
        : Optional.of(
            new NatFrames.Told(
                told.facts(), told.age().plusNanos(nanoTime.getAsLong() - state.toldAt)));
  }

  /** Notices that were too many, or made no sense, since the start. */
  long dropped() {
    return dropped;
  }

  private void tell(PeerId peer, boolean ask) {
    if (!isContact.test(peer)) {
      return;
    }
    NatNotice.Builder notice = NatNotice.newBuilder().setAsk(ask);
    Optional<NatFacts> facts = own.facts();
    facts.ifPresent(known -> notice.setReport(NatFrames.encode(known, own.age())));
    sender.accept(peer, notice.build());
  }

  private static void answer(State state) {
    List<CompletableFuture<Void>> waiting = List.copyOf(state.waiting);
    state.waiting.clear();
    waiting.forEach(waiter -> waiter.complete(null));
  }
}
