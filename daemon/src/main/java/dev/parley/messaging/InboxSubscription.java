package dev.parley.messaging;

import java.util.concurrent.CompletionStage;

/** A consumer at work. Thread-safe. */
public interface InboxSubscription extends AutoCloseable {
  /**
   * All messages up to and including this position are handled; they never come again. Completes
   * once that is on disk.
   */
  CompletionStage<Void> acknowledge(long position);

  /** Ends the subscription; what was not acknowledged comes again with the next. */
  @Override
  void close();
}
