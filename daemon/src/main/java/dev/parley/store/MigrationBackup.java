package dev.parley.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of the database as the version before left it, made before a migration: {@code
 * NAME.v1.bak} beside it. One of an attempt before is replaced: a migration is one transaction, so
 * the database is still what it was then, or newer.
 */
final class MigrationBackup {
  private static final Logger log = LoggerFactory.getLogger(MigrationBackup.class);

  private final Path database;
  private final int version;
  private final int next;

  MigrationBackup(Path database, int version, int next) {
    this.database = database;
    this.version = version;
    this.next = next;
  }

  /** Where the copy lies. It is whole on disk when this returns. */
  Path make(Connection connection) throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      // From here on the one file holds everything: nobody else has the database open.
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    Path backup = database.resolveSibling(database.getFileName() + ".v" + version + ".bak");
    Path partial = backup.resolveSibling(backup.getFileName() + ".part");
    Files.copy(
        database, partial, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    try (FileChannel file = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      file.force(true);
    }
    Files.move(partial, backup, StandardCopyOption.ATOMIC_MOVE);
    log.info(
        "the database is brought from version {} to {}; as it was, it lies at {}",
        version,
        next,
        backup);
    return backup;
  }
}
