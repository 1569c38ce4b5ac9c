package dev.parley.files;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns all transfers, where chunks are read, hashed and written; and two for what
 * takes long: scans, syncs, and reading a half of a large file again. Queues need no bound of their
 * own: streams hold back their peers, and a transfer has one thing under way at a time.
 */
final class FilesThread {
  private static final Logger log = LoggerFactory.getLogger(FilesThread.class);
  private static final int DISK_THREADS = 2;
  private static final int CLOSE_SECONDS = 10;

  private final ScheduledExecutorService timers;
  private final ExecutorService executor = Executors.newSingleThreadExecutor(FilesThread::owner);
  private final ExecutorService disk =
      Executors.newFixedThreadPool(DISK_THREADS, FilesThread::diskThread);

  FilesThread(ScheduledExecutorService timers) {
    this.timers = timers;
  }

  /** Something that the disk does. */
  interface Work<T> {
    T run() throws Exception;
  }

  private static Thread owner(Runnable task) {
    return named(task, "parley-files");
  }

  private static Thread diskThread(Runnable task) {
    return named(task, "parley-files-disk");
  }

  private static Thread named(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Runs a task soon; drops it when the thread has ended. */
  void post(Runnable task) {
    try {
      executor.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      log.debug("files have ended; a late task is dropped");
    }
  }

  void schedule(Duration delay, Runnable task) {
    try {
      timers.schedule(() -> post(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("files have ended; a late timer is dropped");
    }
  }

  /** Has the disk do something, and brings what comes of it back to the files' thread. */
  <T> void onDisk(Work<T> work, Consumer<T> onDone, Consumer<Exception> onFailure) {
    try {
      disk.execute(
          () -> {
            T result;
            try {
              result = work.run();
            } catch (Exception e) {
              post(() -> onFailure.accept(e));
              return;
            }
            post(() -> onDone.accept(result));
          });
    } catch (RejectedExecutionException e) {
      log.debug("files have ended; late work is dropped");
    }
  }

  /** Runs the last task and waits for what is under way. Blocks. */
  void close(Runnable lastTask) {
    post(lastTask);
    executor.shutdown();
    disk.shutdown();
    try {
      boolean ended =
          executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
              && disk.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        log.warn("the disk has not answered within {} s; closing without", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** For tests: stops where it is, as a crash does. */
  void crash() {
    executor.shutdownNow();
    disk.shutdownNow();
    close(() -> {});
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("a bug in the transfer of files; it goes on with the next event", e);
    }
  }
}
