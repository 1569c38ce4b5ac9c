package dev.parley.store;

import dev.parley.messaging.StorageFailure;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes the database.
 *
 * <p>Group commit: whatever has queued up while the last transaction was being synced goes into the
 * next one. A sync costs half a millisecond to several, whatever it carries, so under load one sync
 * pays for hundreds of changes while a lone change waits for nobody. When a change of the group
 * fails, all are rolled back and each runs again in a transaction of its own: only the culprit
 * fails.
 */
final class Writer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Writer.class);

  /** Changes waiting; callers bound themselves far below, so reaching it means a stuck disk. */
  static final int MAX_QUEUED = 16_384;

  static final int MAX_GROUP = 1_000;

  /** Keeps a transaction, and with it the WAL, at a size that syncs within some milliseconds. */
  static final long MAX_GROUP_BYTES = 8L << 20;

  private final Sql sql;
  private final SqlFailures failures;
  private final BlockingQueue<Change<?>> queue = new ArrayBlockingQueue<>(MAX_QUEUED + 1);
  private final Thread thread;
  private final Object gate = new Object();
  private boolean closed;

  /** Of the writer's thread. */
  private boolean failing;

  Writer(Sql sql, SqlFailures failures) {
    this.sql = sql;
    this.failures = failures;
    this.thread = new Thread(this::run, "parley-store-writer");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Queues a change.
   *
   * @param weight its size in bytes, roughly
   */
  <T> CompletionStage<T> write(long weight, Sql.Work<T> work) {
    Change<T> change = new Change<>(work, weight, new CompletableFuture<>());
    synchronized (gate) {
      if (closed) {
        change.done.completeExceptionally(failures.closed());
      } else if (queue.size() >= MAX_QUEUED || !queue.offer(change)) {
        change.done.completeExceptionally(failures.busy("changes"));
      }
    }
    return change.done;
  }

  /** Waits until everything queued is done, then ends the thread. */
  @Override
  public void close() throws InterruptedException {
    synchronized (gate) {
      if (!closed) {
        closed = true;
        // One place in the queue is kept for it.
        queue.add(Change.END);
      }
    }
    thread.join();
  }

  private void run() {
    List<Change<?>> group = new ArrayList<>();
    @Nullable Change<?> next = null;
    try {
      while (true) {
        if (next == null) {
          next = queue.take();
        }
        long bytes = 0;
        while (next != null
            && next != Change.END
            && group.size() < MAX_GROUP
            && (group.isEmpty() || bytes + next.weight <= MAX_GROUP_BYTES)) {
          group.add(next);
          bytes += next.weight;
          next = queue.poll();
        }
        if (!group.isEmpty()) {
          commit(group);
          group.clear();
        } else if (next == Change.END) {
          return;
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("the writer is ended by close() only", e);
    }
  }

  private void commit(List<Change<?>> group) {
    try {
      for (Change<?> change : group) {
        change.apply(sql);
      }
      sql.commit();
    } catch (SQLException | RuntimeException | Error e) {
      rollback();
      if (group.size() == 1) {
        group.get(0).fail(failure(e));
      } else {
        group.forEach(change -> commit(List.of(change)));
      }
      return;
    }
    if (failing) {
      failing = false;
      log.info("changes of the database succeed again");
    }
    group.forEach(Change::succeed);
  }

  private StorageFailure failure(Throwable e) {
    if (!(e instanceof SQLException)) {
      // The loop's boundary: whoever waits must hear of a bug too.
      log.error("a bug in a change of the database", e);
    } else if (!failing) {
      // Once, not for every message that a full disk turns away.
      failing = true;
      log.warn("changes of the database fail: {}", e.getMessage());
    }
    return failures.failure(e);
  }

  private void rollback() {
    try {
      sql.rollback();
    } catch (SQLException e) {
      log.warn("rolling back failed; the next change will tell: {}", e.getMessage());
    }
  }

  private static final class Change<T> {
    static final Change<Boolean> END = new Change<>(sql -> true, 0, new CompletableFuture<>());

    private final Sql.Work<T> work;
    private final long weight;
    private final CompletableFuture<T> done;
    private @Nullable T result;

    Change(Sql.Work<T> work, long weight, CompletableFuture<T> done) {
      this.work = work;
      this.weight = weight;
      this.done = done;
    }

    void apply(Sql sql) throws SQLException {
      result = work.run(sql);
    }

    void succeed() {
      done.complete(result);
    }

    void fail(StorageFailure failure) {
      done.completeExceptionally(failure);
    }
  }
}
