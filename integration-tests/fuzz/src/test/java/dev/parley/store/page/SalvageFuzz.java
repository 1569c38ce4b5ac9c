package dev.parley.store.page;

import dev.parley.fuzz.FuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** Damaged databases, and their logs. */
public final class SalvageFuzz {
  private static final int PAGE = 512;
  private static final Path DIRECTORY = directory();

  private SalvageFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] database = database();
    return List.of(
        FuzzTarget.of(
                "damaged-database",
                SalvageFuzz::scan,
                DatabaseHeader.class,
                Row.class,
                Varint.class)
            .seeds(database, Arrays.copyOfRange(database, PAGE, database.length))
            .allocating(4 << 20, 256),
        FuzzTarget.of("damaged-log", SalvageFuzz::scanLog, WriteAheadLog.class)
            .seeds(log())
            .allocating(4 << 20, 256));
  }

  private static Path directory() {
    try {
      Path made = Files.createTempDirectory("salvage-fuzz");
      made.toFile().deleteOnExit();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(String name) {
    Path file = DIRECTORY.resolve(name);
    file.toFile().deleteOnExit();
    return file;
  }

  private static byte[] database() {
    Path file = file("seed.db");
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = sqlite.createStatement()) {
      fill(statement);
      return Files.readAllBytes(file);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] log() {
    Path file = file("logged.db");
    Path log = file("logged.db-wal");
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = sqlite.createStatement()) {
      statement.execute("PRAGMA page_size = " + PAGE);
      statement.execute("PRAGMA journal_mode = WAL");
      fill(statement);
      return Files.readAllBytes(log);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void fill(Statement statement) throws SQLException {
    statement.execute("PRAGMA page_size = " + PAGE);
    statement.execute("CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, body BLOB, at)");
    statement.execute("CREATE INDEX IF NOT EXISTS kept_at ON kept (at)");
    statement.execute("INSERT INTO kept (body, at) VALUES (zeroblob(2000), 1), ('text', 2.5)");
  }

  private static void scan(byte[] input) throws IOException {
    scan(Files.write(file("damaged.db"), input));
  }

  private static void scanLog(byte[] input) throws IOException {
    Path file = Files.write(file("with-log.db"), new byte[0]);
    Files.write(file("with-log.db-wal"), input);
    scan(file);
  }

  /** An unreadable page or row is counted and passed over, and nothing is thrown. */
  private static void scan(Path file) throws IOException {
    try (PageFile pages = PageFile.open(file)) {
      new PageScan(pages, row -> {}).run();
    }
  }
}
