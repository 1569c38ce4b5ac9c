package dev.parley.store;

import dev.parley.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;

/**
 * The file, and whether it is one that this version may write. Never deletes or replaces it: what
 * is not understood stays as it is and the daemon does not start.
 */
final class DatabaseFile {
  private static final Logger log = LoggerFactory.getLogger(DatabaseFile.class);

  /** Past this size a check would hold up the start for seconds; a clean end is trusted instead. */
  private static final long ALWAYS_CHECKED_BYTES = 256L << 20;

  /** Pages in the WAL that start a checkpoint: fewer syncs of the main file than the default. */
  private static final int CHECKPOINT_PAGES = 4_000;

  private final Path path;
  private final Schema schema;
  private final Clock clock;

  DatabaseFile(Path path, Schema schema, Clock clock) {
    this.path = path;
    this.schema = schema;
    this.clock = clock;
  }

  /** Opens the writing connection, after every check and migration. */
  Connection openChecked() throws StoreException {
    createFile();
    boolean cleanlyClosed = !Files.exists(beside("-wal"));
    Connection connection = null;
    try {
      connection = connect(new SQLiteConfig());
      int version = requireOurs(connection);
      if (!cleanlyClosed || Files.size(path) <= ALWAYS_CHECKED_BYTES) {
        requireSound(connection);
      }
      configureWriter(connection);
      if (version > 0 && version < schema.current()) {
        new MigrationBackup(path, version, schema.current()).make(connection);
      }
      Migrations.run(connection, schema, version);
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      StoreException refusal = SqlFailures.isCorruption(e) ? corrupt(e) : inaccessible(e);
      close(connection);
      throw refusal;
    } catch (IOException e) {
      close(connection);
      throw inaccessible(e);
    } catch (StoreException e) {
      // The copy comes before the close: closing moves the WAL into the main file.
      StoreException refusal = e.reason() == Reason.CORRUPT ? corrupt(e) : e;
      close(connection);
      throw refusal;
    }
  }

  /** Opens the reading connection, once the writing one is open. */
  Connection openReader() throws StoreException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    try {
      return connect(config);
    } catch (SQLException e) {
      throw inaccessible(e);
    }
  }

  private Connection connect(SQLiteConfig config) throws SQLException {
    config.setBusyTimeout(5_000);
    config.enforceForeignKeys(true);
    return JDBC.createConnection("jdbc:sqlite:" + path, config.toProperties());
  }

  private static void configureWriter(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      statement.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
      statement.execute("PRAGMA journal_size_limit = " + (64 << 20));
      statement.execute("PRAGMA cache_size = -8192");
    }
  }

  /** Checks whose database it is and returns the version of its schema; 0 for an empty one. */
  private int requireOurs(Connection connection) throws SQLException, StoreException {
    long owner = pragma(connection, "PRAGMA application_id");
    long version = pragma(connection, "PRAGMA user_version");
    boolean empty = pragma(connection, "SELECT count(*) FROM sqlite_master") == 0;
    if (empty && owner == 0 && version == 0) {
      return 0;
    }
    if (owner != schema.applicationId()) {
      throw new StoreException(
          Reason.FOREIGN,
          path + " is a database of another program; it was left as it is",
          "move it elsewhere, or choose another home directory");
    }
    if (version > schema.current()) {
      throw new StoreException(
          Reason.NEWER,
          path
              + " was made by a later version of parley (schema "
              + version
              + ", this one knows up to "
              + schema.current()
              + "); it was left as it is",
          "start the later version again");
    }
    return (int) version;
  }

  private void requireSound(Connection connection) throws SQLException, StoreException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
      String verdict = rows.next() ? rows.getString(1) : "no answer";
      if (!"ok".equals(verdict)) {
        throw new StoreException(Reason.CORRUPT, String.valueOf(verdict), "");
      }
    }
  }

  private StoreException corrupt(Exception cause) {
    String found = path + " is damaged or no database of parley (" + cause.getMessage() + ")";
    String way =
        "`sqlite3 FILE .recover` may save what is in it; to begin with an empty inbox and outbox,"
            + " move "
            + path
            + " elsewhere";
    try {
      Path copy = new SafeCopy(path, clock).make();
      return new StoreException(
          Reason.CORRUPT, found + "; it was left as it is, and a copy lies at " + copy, way, cause);
    } catch (IOException e) {
      return new StoreException(
          Reason.CORRUPT,
          found + "; it was left as it is; a copy could not be made: " + e,
          way,
          cause);
    }
  }

  private StoreException inaccessible(Exception cause) {
    return new StoreException(
        Reason.INACCESSIBLE,
        "the database " + path + " cannot be opened: " + cause.getMessage(),
        "check that the directory exists, that this user may write in it, and that the disk has"
            + " room",
        cause);
  }

  private void createFile() throws StoreException {
    try {
      Path directory = path.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        // SQLite gives the files beside it the same mode.
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(path)) {
        throw inaccessible(e);
      }
    } catch (IOException e) {
      throw new StoreException(
          Reason.INACCESSIBLE,
          "the database " + path + " cannot be made: " + e,
          "check that the directory can be written by this user",
          e);
    }
  }

  private Path beside(String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }

  private static long pragma(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private static void close(@Nullable Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        // The reason for closing is on its way to the user already.
        log.debug("closing {} failed", connection, e);
      }
    }
  }
}
