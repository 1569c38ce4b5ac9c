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
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;

/**
 * The file, and whether it is one that this version may write. What is another program's or a later
 * version's stays as it is, and the daemon does not start. What is damaged is set aside, and
 * {@linkplain Salvage salvaged}.
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

  /** Opens the writing connection, after every check, a salvage if need be, and migrations. */
  Connection openChecked() throws StoreException {
    SalvageFiles files = new SalvageFiles(path);
    try {
      files.finish();
      Files.deleteIfExists(beside(".backup-part"));
      // An interrupted first start leaves an empty file too; then nothing is lost by a salvage.
      boolean emptied = Files.exists(path) && Files.size(path) == 0;
      boolean cleanlyClosed = !Files.exists(beside("-wal"));
      createFile();
      Optional<String> damage =
          emptied ? Optional.of("the file is empty") : damage(cleanlyClosed, files.suspicion());
      if (damage.isPresent()) {
        salvage(damage.get());
      }
      Files.deleteIfExists(files.suspicion());
      return openWriter(damage.isEmpty());
    } catch (IOException | SQLException e) {
      throw inaccessible(e);
    }
  }

  private Connection openWriter(boolean maySalvage)
      throws StoreException, IOException, SQLException {
    if (!Files.isWritable(path)) {
      // SQLite would open it for reading, and stay so though the disk be writable later.
      throw new StoreException(
          Reason.INACCESSIBLE,
          "the database " + path + " cannot be written: it is read-only, or its file system is",
          "let this user write there, or mount the file system for writing, and start again");
    }
    Connection connection = null;
    try {
      connection = connect(new SQLiteConfig());
      int version = requireOurs(connection);
      configureWriter(connection);
      if (version > 0 && version < schema.current()) {
        new MigrationBackup(path, version, schema.current()).make(connection);
      }
      Migrations.run(connection, schema, version, schema.current());
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      close(connection);
      if (!maySalvage || !SqlFailures.isCorruption(e)) {
        throw e;
      }
      salvage(String.valueOf(e.getMessage()));
      return openWriter(false);
    } catch (IOException | StoreException e) {
      close(connection);
      throw e;
    }
  }

  /** What is wrong with the file, if anything; looks without changing it. */
  private Optional<String> damage(boolean cleanlyClosed, Path suspicion)
      throws StoreException, SQLException, IOException {
    try (Connection connection = connectReader()) {
      if (requireOurs(connection) == 0) {
        return Optional.empty();
      }
      if (Files.exists(suspicion)) {
        return check(connection, "PRAGMA integrity_check(1)");
      }
      return cleanlyClosed && Files.size(path) > ALWAYS_CHECKED_BYTES
          ? Optional.empty()
          : check(connection, "PRAGMA quick_check(1)");
    } catch (SQLException e) {
      if (SqlFailures.isCorruption(e)) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static Optional<String> check(Connection connection, String pragma) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(pragma)) {
      String verdict = rows.next() ? String.valueOf(rows.getString(1)) : "no answer";
      return "ok".equals(verdict) ? Optional.empty() : Optional.of(verdict.replace('\n', ' '));
    }
  }

  private void salvage(String cause) throws StoreException {
    log.warn("{} is damaged ({}); salvaging what can be read", path, cause);
    try {
      SalvageReport report = new Salvage(path, schema, clock).run(cause);
      log.error("{}", report.sentence());
    } catch (IOException | SQLException e) {
      throw new StoreException(
          Reason.CORRUPT,
          path
              + " is damaged ("
              + cause
              + ") and could not be salvaged: "
              + e.getMessage()
              + "; it was left as it is",
          "the disk needs room for a second database of that size; to begin with an empty one,"
              + " move the file elsewhere",
          e);
    }
  }

  /** An empty database for a salvage: not safe against crashes, and synced as a whole later. */
  static Connection draft(Path file) throws SQLException, IOException {
    createOwnersAlone(file);
    Connection connection =
        JDBC.createConnection("jdbc:sqlite:" + file, new SQLiteConfig().toProperties());
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = OFF");
      statement.execute("PRAGMA synchronous = OFF");
      statement.execute("PRAGMA cache_size = -8192");
    }
    return connection;
  }

  /** Opens a copy that nobody else has: nothing is set aside, salvaged or backed up. */
  Connection openCopy() throws StoreException, SQLException {
    Connection connection = connect(new SQLiteConfig());
    try {
      int version = requireOurs(connection);
      Optional<String> damage = check(connection, "PRAGMA integrity_check(1)");
      if (version == 0 || damage.isPresent()) {
        throw new StoreException(
            Reason.CORRUPT,
            "the database inside is damaged (" + damage.orElse("it is empty") + ")",
            "take another backup");
      }
      Migrations.run(connection, schema, version, schema.current());
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException | StoreException e) {
      close(connection);
      throw e;
    }
  }

  Connection connectReader() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    return connect(config);
  }

  /** Opens the reading connection, once the writing one is open. */
  Connection openReader() throws StoreException {
    try {
      return connectReader();
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

  StoreException inaccessible(Exception cause) {
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
      createOwnersAlone(path);
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

  static void createOwnersAlone(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      // SQLite gives the files beside it the same mode.
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
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
