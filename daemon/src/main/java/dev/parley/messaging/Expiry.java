package dev.parley.messaging;

import com.google.common.collect.ImmutableSet;
import dev.parley.messaging.MessageStore.DueMessage;
import dev.parley.proto.id.MessageId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends messages whose time is up while they wait. What is in the memory of a {@link PeerSender} is
 * left to it: it writes nothing that has expired, and of what it has written only the peer can say
 * what became of it. When the stream ends without a word, the message is here again.
 *
 * <p>Owned by the messaging thread.
 */
final class Expiry {
  static final String PROBLEM = "its time was up before the peer had it";

  /** A clock that is set meanwhile is noticed after this. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** The next look at messages that are due and on their way. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private static final int SLICE = 512;
  private static final Logger log = LoggerFactory.getLogger(Expiry.class);

  private final Core core;
  private final Senders senders;
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable Instant next;
  private boolean looking;
  private boolean closed;

  Expiry(Core core, Senders senders) {
    this.core = core;
    this.senders = senders;
  }

  /** Looks at what the last run left. */
  void start() {
    look();
  }

  /** A message was committed that expires then. */
  void onCommitted(Instant expiresAt) {
    if (next == null || expiresAt.isBefore(next)) {
      wakeAt(expiresAt);
    }
  }

  void close() {
    closed = true;
    cancel();
  }

  private void look() {
    if (closed || looking) {
      return;
    }
    looking = true;
    next = null;
    core.thread()
        .whenStored(
            core.store().readExpired(core.clock().instant(), SLICE), this::onDue, this::onFailure);
  }

  private void onDue(List<DueMessage> due) {
    List<DueMessage> resting = due.stream().filter(senders::isResting).toList();
    if (resting.isEmpty()) {
      looking = false;
      if (due.isEmpty()) {
        sleep();
      } else {
        wakeIn(AGAIN);
      }
      return;
    }
    Instant now = core.clock().instant();
    core.thread()
        .whenStored(
            core.store().expireOutbox(resting, PROBLEM, now),
            expired -> {
              onExpired(resting, expired);
              looking = false;
              look();
            },
            this::onFailure);
  }

  private void onExpired(List<DueMessage> asked, ImmutableSet<MessageId> expired) {
    for (DueMessage message : asked) {
      if (expired.contains(message.id())) {
        senders.onExpired(message.peer());
        core.listeners().report(message.peer(), message.id(), MessageState.EXPIRED, PROBLEM);
      }
    }
  }

  /** Until the next message is due. */
  private void sleep() {
    core.thread()
        .whenStored(
            core.store().nextExpiry(),
            expiry -> expiry.ifPresent(this::onCommitted),
            this::onFailure);
  }

  private void onFailure(StorageFailure failure) {
    looking = false;
    if (failure.kind() != StorageFailure.Kind.CLOSED) {
      log.debug("expiry waits for the disk: {}", failure.getMessage());
      wakeIn(AGAIN);
    }
  }

  private void wakeAt(Instant when) {
    Duration until = Duration.between(core.clock().instant(), when);
    wakeIn(until.compareTo(LONGEST) < 0 ? until : LONGEST);
  }

  private void wakeIn(Duration delay) {
    cancel();
    if (!closed) {
      next = core.clock().instant().plus(delay);
      timer = core.thread().schedule(delay.isNegative() ? Duration.ZERO : delay, this::look);
    }
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
