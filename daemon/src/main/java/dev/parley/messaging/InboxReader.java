package dev.parley.messaging;

import com.google.common.collect.ImmutableMap;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer: its cursor, and the subscription at work, if any. Acknowledgements that come while
 * one is on its way to disk go together as the next. Owned by the messaging thread.
 *
 * <p>How far messages were handed over is written down a moment later and with every
 * acknowledgement. A crash within that moment makes a message come again without its {@code
 * redelivered} mark; none is lost by it.
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
  }

  UnreadCount unread() {
    return unread;
  }

  long cursor() {
    return cursor;
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
      done.completeExceptionally(
          new IllegalArgumentException(
              "position "
                  + position
                  + " was never handed to consumer '"
                  + name.name()
                  + "', which has been handed everything up to "
                  + handedUpTo));
      return;
    }
    wanted = Math.max(wanted, position);
    waiters.add(done);
    acknowledgeNext();
  }

  void close() {
    if (current != null) {
      current.end("the node is closing");
      current = null;
    }
  }

  private void acknowledgeNext() {
    if (acknowledging || waiters.isEmpty()) {
      return;
    }
    if (wanted <= cursor) {
      finish(takeWaiters());
      return;
    }
    acknowledging = true;
    long position = wanted;
    List<CompletableFuture<Void>> served = takeWaiters();
    core.thread()
        .whenStored(
            core.store().acknowledge(name, position, core.clock().instant()),
            acknowledged -> {
              acknowledging = false;
              onAcknowledged(position, acknowledged);
              finish(served);
              acknowledgeNext();
            },
            failure -> {
              acknowledging = false;
              wanted = cursor;
              served.forEach(done -> done.completeExceptionally(failure));
              acknowledgeNext();
            });
  }

  private void onAcknowledged(long position, Acknowledged acknowledged) {
    cursor = Math.max(cursor, position);
    markedUpTo = Math.max(markedUpTo, position);
    subtract(acknowledged.byConsumer());
    consumers.onAcknowledged(acknowledged);
    if (current != null) {
      current.onAcknowledged(cursor);
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
