package dev.parley.messaging;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns all of messaging. Others post to it; the disk's answers come back to it. Its
 * queue has no bound of its own: whoever posts on behalf of a peer or an app is bounded by a {@link
 * ReadGate} or by {@link SendIntake}.
 */
final class MessagingThread {
  private static final Logger log = LoggerFactory.getLogger(MessagingThread.class);

  private final ExecutorService executor;
  private final ScheduledExecutorService timers;
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();

  /** Asked of the disk and not answered yet. */
  private int askedOfDisk;

  private boolean closing;

  MessagingThread(ScheduledExecutorService timers) {
    this.timers = timers;
    this.executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "parley-messaging");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Runs a task soon; drops it when the thread has ended. */
  void post(Runnable task) {
    try {
      executor.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      log.debug("messaging has ended; a late task is dropped");
    }
  }

  /** Runs a task on this thread after a while. */
  ScheduledFuture<?> schedule(Duration delay, Runnable task) {
    return timers.schedule(() -> post(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Brings the disk's answer back to this thread. To be called on this thread. */
  <T> void whenStored(
      CompletionStage<T> answer, Consumer<T> onDone, Consumer<StorageFailure> onFailure) {
    askedOfDisk++;
    answer.whenComplete(
        (result, failure) ->
            post(
                () -> {
                  askedOfDisk--;
                  try {
                    if (failure == null) {
                      onDone.accept(result);
                    } else {
                      onFailure.accept(storageFailure(failure));
                    }
                  } finally {
                    endWhenQuiet();
                  }
                }));
  }

  /** Runs the last task, waits until the disk has answered everything, and ends. Blocks. */
  void close(Runnable lastTask, Duration patience) {
    post(
        () -> {
          closing = true;
          try {
            lastTask.run();
          } finally {
            endWhenQuiet();
          }
        });
    try {
      quiet.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      log.warn("the disk has not answered within {}; closing without its answer", patience);
    }
    executor.shutdown();
  }

  private void endWhenQuiet() {
    if (closing && askedOfDisk == 0) {
      quiet.complete(null);
    }
  }

  private static StorageFailure storageFailure(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof StorageFailure storage
        ? storage
        : new StorageFailure(StorageFailure.Kind.FAILING, "the store failed: " + cause, cause);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("a bug in messaging; it goes on with the next event", e);
    }
  }
}
