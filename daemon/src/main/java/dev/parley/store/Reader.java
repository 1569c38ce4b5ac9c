package dev.parley.store;

import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that reads the database, beside the writer: WAL lets both work at once. */
final class Reader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reader.class);

  /** Reads waiting: one per peer and consumer at most in practice. */
  static final int MAX_QUEUED = 65_536;

  private final Sql sql;
  private final SqlFailures failures;
  private final ThreadPoolExecutor executor;

  Reader(Sql sql, SqlFailures failures) {
    this.sql = sql;
    this.failures = failures;
    this.executor =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_QUEUED),
            task -> {
              Thread thread = new Thread(task, "parley-store-reader");
              thread.setDaemon(true);
              return thread;
            });
  }

  <T> CompletionStage<T> read(Sql.Work<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      executor.execute(() -> run(work, done));
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(
          executor.isShutdown() ? failures.closed() : failures.busy("reads"));
    }
    return done;
  }

  /** Waits until everything queued is done. */
  @Override
  public void close() throws InterruptedException {
    executor.shutdown();
    while (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
      // A read is bounded; only the disk can hold it up.
    }
  }

  private <T> void run(Sql.Work<T> work, CompletableFuture<T> done) {
    try {
      done.complete(work.run(sql));
    } catch (SQLException e) {
      done.completeExceptionally(failures.failure(e));
    } catch (RuntimeException | Error e) {
      // The loop's boundary: whoever waits must hear of a bug too.
      log.error("a bug in a read of the database", e);
      done.completeExceptionally(failures.failure(e));
    }
  }
}
