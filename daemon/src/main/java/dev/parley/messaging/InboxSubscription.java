package dev.parley.messaging;

import java.util.concurrent.CompletionStage;

/**
 * A consumer at work. Thread-safe; nothing here blocks. Implemented by parley alone.
 *
 * <p>An acknowledgement completes exceptionally with {@link StorageFailure} when the disk fails,
 * and with {@link IllegalArgumentException} when that position was never handed over. Acknowledging
 * again changes nothing.
 */
public interface InboxSubscription extends AutoCloseable {
  /** Messages acknowledged singly beyond the oldest that is not acknowledged. */
  int MAX_SINGLE = 4_096;

  /**
   * All messages up to and including this position are handled; they never come again. Completes
   * once that is on disk.
   */
  CompletionStage<Void> acknowledge(long position);

  /**
   * This message is handled, and does not come again; those before it may. At most {@value
   * #MAX_SINGLE} can be acknowledged so beyond the oldest that is not: a subscription hands over no
   * more until that one is acknowledged. Completes once that is on disk, or exceptionally with
   * {@link IllegalStateException} when there are so many.
   */
  CompletionStage<Void> acknowledgeOne(long position);

  /** Ends the subscription; what was not acknowledged comes again with the next. */
  @Override
  void close();
}
