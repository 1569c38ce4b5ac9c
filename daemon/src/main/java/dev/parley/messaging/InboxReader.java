package dev.parley.messaging;

import com.google.common.collect.ImmutableMap;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer: its cursor, and the subscription at work, if any. Acknowledgements that come while
 * one is on its way to disk go together as the next. Owned by the messaging thread.
 *
 * <p>How far messages were handed over is written down a moment later and with every
 * acknowledgement, and at a clean end. A crash within that moment makes a message come again
 * without its {@code redelivered} mark; none is lost by it.
 */
final class InboxReader {
  /** So that a consumer which acknowledges quickly costs no write of its own. */
  private static final Duration MARK_AFTER = Duration.ofMillis(200);

  private static final Logger log = LoggerFactory.getLogger(InboxReader.class);

  private final ConsumerName name;
  private final Core core;
  private final Consumers consumers;
  private final UnreadCount unread;
  private long cursor;
  private long handedUpTo;
  private long markedUpTo;
  private boolean marking;
  private @Nullable Subscription current;

  private long wanted;
  private Set<Long> wantedSingles = new HashSet<>();
  private int singles;
  private List<CompletableFuture<Void>> waiters = new ArrayList<>();
  private boolean acknowledging;

  InboxReader(StoredConsumer stored, Core core, Consumers consumers) {
    this.name = stored.name();
    this.core = core;
    this.consumers = consumers;
    this.unread = new UnreadCount(stored.unread());
    this.cursor = stored.cursor();
    this.handedUpTo = Math.max(stored.handedUpTo(), stored.cursor());
    this.markedUpTo = handedUpTo;
    this.singles = stored.singles();
    // Of a consumer with a gap before its first message the cursor is below 0.
    this.wanted = stored.cursor();
  }

  UnreadCount unread() {
    return unread;
  }

  ConsumerName name() {
    return name;
  }

  long cursor() {
    return cursor;
  }

  /** Messages acknowledged beyond the oldest that is not, on disk or on their way there. */
  int singles() {
    return singles + wantedSingles.size();
  }

  void begin(Subscription subscription) {
    if (current != null) {
      current.end("a newer subscription of consumer '" + name.name() + "' has taken over");
    }
    current = subscription;
    subscription.start(this);
  }

  void end(Subscription subscription) {
    if (current == subscription) {
      current = null;
    }
  }

  void onArrived(List<InboxMessage> messages, long lastBefore) {
    messages.forEach(message -> unread.add(message.from(), 1));
    if (current != null) {
      current.onArrived(messages, lastBefore);
    }
  }

  /** Notes that this message is being handed over; says whether it was before. */
  boolean hand(long position) {
    boolean again = position <= handedUpTo;
    handedUpTo = Math.max(handedUpTo, position);
    if (!marking && !again) {
      marking = true;
      var unused = core.thread().schedule(MARK_AFTER, this::markHanded);
    }
    return again;
  }

  void acknowledge(long position, CompletableFuture<Void> done) {
    if (position > handedUpTo) {
      done.completeExceptionally(neverHanded(position));
      return;
    }
    wanted = Math.max(wanted, position);
    waiters.add(done);
    acknowledgeNext();
  }

  void acknowledgeOne(long position, CompletableFuture<Void> done) {
    if (position > handedUpTo) {
      done.completeExceptionally(neverHanded(position));
    } else if (singles() >= InboxSubscription.MAX_SINGLE) {
      done.completeExceptionally(
          new IllegalStateException(
              "consumer '"
                  + name.name()
                  + "' has acknowledged "
                  + InboxSubscription.MAX_SINGLE
                  + " messages singly beyond one that it has not; acknowledge that one first"));
    } else {
      wantedSingles.add(position);
      waiters.add(done);
      acknowledgeNext();
    }
  }

  private IllegalArgumentException neverHanded(long position) {
    return new IllegalArgumentException(
        "position "
            + position
            + " was never handed to consumer '"
            + name.name()
            + "', which has been handed everything up to "
            + handedUpTo);
  }

  void onDropped(ImmutableMap<PeerId, Long> unacknowledged) {
    subtract(unacknowledged);
  }

  void close() {
    if (current != null) {
      current.end("the node is closing");
      current = null;
    }
    markHanded();
  }

  private void acknowledgeNext() {
    if (acknowledging || waiters.isEmpty()) {
      return;
    }
    if (wanted <= cursor && wantedSingles.isEmpty()) {
      finish(takeWaiters());
      return;
    }
    acknowledging = true;
    List<Long> alone = List.copyOf(wantedSingles);
    wantedSingles = new HashSet<>();
    // Counted as kept until the disk has told how many of them are.
    singles += alone.size();
    List<CompletableFuture<Void>> served = takeWaiters();
    core.thread()
        .whenStored(
            core.store().acknowledge(name, wanted, alone, core.clock().instant()),
            acknowledged -> {
              acknowledging = false;
              onAcknowledged(alone, acknowledged);
              finish(served);
              acknowledgeNext();
            },
            failure -> {
              acknowledging = false;
              wanted = cursor;
              singles -= alone.size();
              served.forEach(done -> done.completeExceptionally(failure));
              acknowledgeNext();
            });
  }

  private void onAcknowledged(List<Long> alone, Acknowledged acknowledged) {
    cursor = Math.max(cursor, acknowledged.cursor());
    singles = acknowledged.singles();
    markedUpTo = Math.max(markedUpTo, cursor);
    subtract(acknowledged.byConsumer());
    consumers.onAcknowledged(acknowledged);
    if (current != null) {
      current.onAcknowledged(cursor, alone);
    }
  }

  private void subtract(ImmutableMap<PeerId, Long> read) {
    read.forEach((peer, count) -> unread.add(peer, -count));
  }

  private List<CompletableFuture<Void>> takeWaiters() {
    List<CompletableFuture<Void>> taken = waiters;
    waiters = new ArrayList<>();
    return taken;
  }

  private static void finish(List<CompletableFuture<Void>> served) {
    served.forEach(done -> done.complete(null));
  }

  private void markHanded() {
    if (handedUpTo <= markedUpTo) {
      marking = false;
      return;
    }
    long position = handedUpTo;
    core.thread()
        .whenStored(
            core.store().markHanded(name, position),
            done -> {
              marking = false;
              markedUpTo = Math.max(markedUpTo, position);
            },
            failure -> {
              marking = false;
              log.debug("how far '{}' was handed messages is not noted", name.name(), failure);
            });
  }
}
