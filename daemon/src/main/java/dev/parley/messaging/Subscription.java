package dev.parley.messaging;

import dev.parley.messaging.MessageStore.InboxPage;
import dev.parley.messaging.MessageStore.PageLimit;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the inbox to one listener, in order: first the backlog, page by page from disk, then what
 * arrives, straight from memory. At most {@code window} messages are unacknowledged; beyond that
 * everything stays on disk until there is room. Owned by the messaging thread, but for the methods
 * of {@link InboxSubscription}, which post to it.
 */
final class Subscription implements InboxSubscription {
  private static final Logger log = LoggerFactory.getLogger(Subscription.class);
  private static final int PAGE_MESSAGES = 256;
  private static final long PAGE_BYTES = 1L << 20;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Core core;
  private final Consumers consumers;
  private final int window;
  private final InboxListener listener;
  private final TreeSet<Long> unacknowledged = new TreeSet<>();

  /** Done as soon as the consumer is known on disk. */
  private final CompletableFuture<InboxReader> reader = new CompletableFuture<>();

  private long handedUpTo;
  private boolean reading;
  private boolean toldCaughtUp;
  private boolean ended;
  private @Nullable ScheduledFuture<?> retry;

  Subscription(Core core, Consumers consumers, int window, InboxListener listener) {
    this.core = core;
    this.consumers = consumers;
    this.window = window;
    this.listener = listener;
  }

  @Override
  public CompletionStage<Void> acknowledge(long position) {
    return onReader((owner, done) -> owner.acknowledge(position, done));
  }

  @Override
  public CompletionStage<Void> acknowledgeOne(long position) {
    return onReader((owner, done) -> owner.acknowledgeOne(position, done));
  }

  private CompletionStage<Void> onReader(BiConsumer<InboxReader, CompletableFuture<Void>> call) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    core.thread()
        .post(
            () -> {
              if (reader.isDone()) {
                call.accept(reader.join(), done);
              } else {
                done.completeExceptionally(
                    new IllegalArgumentException("nothing was handed over yet"));
              }
            });
    return done;
  }

  @Override
  public void close() {
    core.thread().post(() -> end("closed by the consumer"));
  }

  void start(InboxReader owner) {
    reader.complete(owner);
    handedUpTo = owner.cursor();
    if (ended) {
      owner.end(this);
    } else {
      fill();
    }
  }

  boolean isEnded() {
    return ended;
  }

  void end(String reason) {
    if (ended) {
      return;
    }
    ended = true;
    if (retry != null) {
      retry.cancel(false);
    }
    if (reader.isDone()) {
      reader.join().end(this);
    }
    try {
      listener.onEnded(reason);
    } catch (RuntimeException e) {
      log.warn("the listener of a consumer failed at its end", e);
    }
  }

  void onArrived(List<InboxMessage> messages, long lastBefore) {
    if (handedUpTo < lastBefore || reading) {
      return;
    }
    for (InboxMessage message : messages) {
      if (ended || room() <= 0) {
        return;
      }
      hand(message);
    }
  }

  void onAcknowledged(long cursor, List<Long> singles) {
    unacknowledged.headSet(cursor, true).clear();
    singles.forEach(unacknowledged::remove);
    handedUpTo = Math.max(handedUpTo, cursor);
    fill();
  }

  private void fill() {
    int room = room();
    if (ended || reading || retry != null) {
      return;
    }
    if (handedUpTo >= consumers.lastPosition()) {
      if (!toldCaughtUp) {
        toldCaughtUp = true;
        guarded(listener::onCaughtUp);
      }
      return;
    }
    if (room <= 0) {
      return;
    }
    reading = true;
    long lastPosition = consumers.lastPosition();
    core.thread()
        .whenStored(
            core.store()
                .readInbox(
                    reader.join().name(),
                    handedUpTo,
                    new PageLimit(Math.min(room, PAGE_MESSAGES), PAGE_BYTES)),
            page -> onPage(page, lastPosition),
            this::onReadFailed);
  }

  private void onPage(InboxPage page, long lastPosition) {
    reading = false;
    page.gap().ifPresent(this::tell);
    if (page.messages().isEmpty()) {
      handedUpTo = Math.max(handedUpTo, lastPosition);
    }
    for (InboxMessage message : page.messages()) {
      // An acknowledgement by an older subscription may have overtaken the page.
      if (!ended && message.position() > handedUpTo) {
        hand(message);
      }
    }
    fill();
  }

  private void onReadFailed(StorageFailure failure) {
    reading = false;
    if (ended || failure.kind() == StorageFailure.Kind.CLOSED) {
      return;
    }
    log.warn("a consumer waits for the disk: {}", failure.getMessage());
    retry =
        core.thread()
            .schedule(
                RETRY,
                () -> {
                  retry = null;
                  fill();
                });
  }

  /**
   * How many more may be handed over: as the window says, and no more than can be acknowledged
   * singly while one before them is not. One goes always, or that one might never.
   */
  private int room() {
    int held = unacknowledged.size();
    int singles = reader.join().singles();
    int beyond = singles == 0 ? window : InboxSubscription.MAX_SINGLE - singles;
    return held == 0 ? Math.max(1, Math.min(window, beyond)) : Math.min(window, beyond) - held;
  }

  private void tell(InboxGap gap) {
    if (ended || gap.lastPosition() <= handedUpTo) {
      return;
    }
    log.info(
        "consumer '{}' is told of a gap of {} messages", reader.join().name().name(), gap.count());
    handedUpTo = gap.lastPosition();
    reader.join().hand(gap.lastPosition());
    guarded(() -> listener.onGap(gap));
  }

  private void hand(InboxMessage message) {
    handedUpTo = message.position();
    unacknowledged.add(message.position());
    ReceivedMessage received =
        new ReceivedMessage(
            message.position(),
            message.id(),
            message.from(),
            message.contentType(),
            message.body(),
            message.sentAt(),
            message.receivedAt(),
            message.path(),
            reader.join().hand(message.position()));
    guarded(() -> listener.onMessage(received));
  }

  /** A listener that throws is not told anything more. */
  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.warn("the listener of a consumer failed; its subscription ends", e);
      end("the listener failed: " + e);
    }
  }
}
