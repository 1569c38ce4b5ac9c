package dev.parley.store;

import dev.parley.messaging.StorageFailure;
import java.nio.file.Path;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Says in words what SQLite says in numbers (sqlite.org/rescode.html). */
final class SqlFailures {
  private final Path database;

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
    return new StorageFailure(
        StorageFailure.Kind.FAILING,
        "the database " + database + " cannot be used just now: " + cause.getMessage(),
        cause);
  }

  StorageFailure busy(String what) {
    return new StorageFailure(
        StorageFailure.Kind.FAILING,
        "the disk that holds " + database + " cannot keep up: too many " + what + " are waiting");
  }

  StorageFailure closed() {
    return new StorageFailure(StorageFailure.Kind.CLOSED, "the database is closed");
  }

  static boolean isCorruption(Exception cause) {
    int code = primaryCode(cause);
    return code == SQLiteErrorCode.SQLITE_CORRUPT.code
        || code == SQLiteErrorCode.SQLITE_NOTADB.code;
  }

  /** The low byte; extended codes refine it above. */
  private static int primaryCode(Throwable cause) {
    return cause instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : -1;
  }
}
