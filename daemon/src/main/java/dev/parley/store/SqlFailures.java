package dev.parley.store;

import dev.parley.messaging.StorageFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Says in words what SQLite says in numbers (sqlite.org/rescode.html). */
final class SqlFailures {
  private static final Logger log = LoggerFactory.getLogger(SqlFailures.class);

  private final Path database;
  private final CompletableFuture<String> damage = new CompletableFuture<>();

  SqlFailures(Path database) {
    this.database = database;
  }

  StorageFailure failure(Throwable cause) {
    if (primaryCode(cause) == SQLiteErrorCode.SQLITE_FULL.code) {
      return new StorageFailure(
          StorageFailure.Kind.FULL,
          "the disk that holds " + database + " is full; make room there, then try again",
          cause);
    }
    if (isCorruption(cause) && !damage.isDone()) {
      suspect(cause);
    }
    return new StorageFailure(
        StorageFailure.Kind.FAILING,
        "the database " + database + " cannot be used just now: " + cause.getMessage(),
        cause);
  }

  /** Completes with a sentence when damage is met. */
  CompletableFuture<String> damage() {
    return damage;
  }

  private void suspect(Throwable cause) {
    Path mark = new SalvageFiles(database).suspicion();
    try {
      Files.write(mark, new byte[0]);
    } catch (IOException e) {
      log.warn("cannot write {}; the next start may not look closely: {}", mark, e.toString());
    }
    damage.complete(
        "the database "
            + database
            + " is damaged ("
            + cause.getMessage()
            + "); the next start sets it aside and salvages what can be read");
  }

  StorageFailure busy(String what) {
    return new StorageFailure(
        StorageFailure.Kind.FAILING,
        "the disk that holds " + database + " cannot keep up: too many " + what + " are waiting");
  }

  StorageFailure closed() {
    return new StorageFailure(StorageFailure.Kind.CLOSED, "the database is closed");
  }

  static boolean isCorruption(Throwable cause) {
    int code = primaryCode(cause);
    return code == SQLiteErrorCode.SQLITE_CORRUPT.code
        || code == SQLiteErrorCode.SQLITE_NOTADB.code;
  }

  /** The low byte; extended codes refine it above. */
  private static int primaryCode(Throwable cause) {
    return cause instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : -1;
  }
}
