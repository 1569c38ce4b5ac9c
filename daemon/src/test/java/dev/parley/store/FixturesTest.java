package dev.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Of every version that was released there is a database in the resources: {@code db/vN.db} of a
 * node's schema, {@code db/mail/vN.db} of a relay's. Whoever adds a version adds one.
 */
class FixturesTest {
  private static final Clock CLOCK = Clock.fixed(StoredMessages.NOW, ZoneOffset.UTC);

  /** What the versions before had, and every later one must still have. */
  private static final ImmutableMap<String, Integer> OF_NODE =
      ImmutableMap.of("outbox", 4, "inbox", 20, "sent", 4, "consumer", 3, "contact", 1);

  private static final ImmutableMap<String, Integer> SINCE_2 =
      ImmutableMap.of(
          "tombstone", 1, "acknowledged", 1, "gap", 1, "client_send", 1, "retention", 1);
  private static final ImmutableMap<String, Integer> SINCE_3 =
      ImmutableMap.of("prekey", 1, "correspondent", 1);
  private static final ImmutableMap<String, Integer> SINCE_4 =
      ImmutableMap.of("service", 1, "forward", 1);
  private static final ImmutableMap<String, Integer> SINCE_5 = ImmutableMap.of("file_transfer", 1);
  private static final ImmutableMap<String, Integer> OF_MAIL =
      ImmutableMap.of("mailbox", 1, "capability", 1, "one_time", 1, "letter", 1);

  @TempDir Path directory;

  record Fixture(Schema schema, int version) {
    String resource() {
      return (schema == Schema.NODE ? "/db/v" : "/db/mail/v") + version + ".db";
    }

    @Override
    public String toString() {
      return resource();
    }
  }

  static List<Fixture> fixtures() {
    List<Fixture> fixtures = new ArrayList<>();
    for (Schema schema : List.of(Schema.NODE, Schema.MAIL)) {
      assertThat(schema.shapes()).as("a salvage knows every version").hasSize(schema.current());
      for (int version = 1; version <= schema.current(); version++) {
        fixtures.add(new Fixture(schema, version));
      }
    }
    return fixtures;
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aDatabaseOfEveryVersionIsBroughtUpToDateAndKeepsItsRows(Fixture fixture) throws Exception {
    Path file = copy(fixture);
    byte[] before = Files.readAllBytes(file);
    ByteBuffer header = ByteBuffer.wrap(before);
    assertThat(header.getInt(60)).as("the version of the fixture").isEqualTo(fixture.version());
    assertThat(header.getInt(68)).isEqualTo(fixture.schema().applicationId());

    open(fixture, file);

    requireRows(fixture, file);
    Path backup = directory.resolve("fixture.db.v" + fixture.version() + ".bak");
    if (fixture.version() < fixture.schema().current()) {
      assertThat(backup).as("the copy that is made first").hasBinaryContent(before);
    } else {
      assertThat(backup).doesNotExist();
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aDamagedDatabaseOfEveryVersionIsSalvaged(Fixture fixture) throws Exception {
    Path file = copy(fixture);
    // Page 1 keeps its header, which tells the version, and loses the way to everything.
    DamagedDatabase.overwrite(file, 100, new byte[DamagedDatabase.PAGE - 100]);

    open(fixture, file);

    assertThat(SalvageReport.beside(file)).hasSize(1);
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      for (Map.Entry<String, Integer> table : kept(fixture).entrySet()) {
        assertThat(count(sqlite, table.getKey())).as(table.getKey()).isEqualTo(table.getValue());
      }
    }
  }

  @Test
  void aContactOfTheFixtureThatIsVerifiedStaysSo() throws Exception {
    Fixture fixture = new Fixture(Schema.NODE, 6);
    for (boolean damaged : new boolean[] {false, true}) {
      Path file = copy(fixture);
      if (damaged) {
        DamagedDatabase.overwrite(file, 100, new byte[DamagedDatabase.PAGE - 100]);
      }
      open(fixture, file);
      try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file)) {
        assertThat(count(sqlite, "contact WHERE verified = 1")).isEqualTo(1);
      }
      Files.delete(file);
    }
  }

  /** Prekeys that are none, here those of the fixture, and one-time keys are not salvaged. */
  private static ImmutableMap<String, Integer> kept(Fixture fixture) {
    if (fixture.schema() == Schema.MAIL) {
      return ImmutableMap.of("mailbox", 1, "capability", 1, "one_time", 0, "letter", 1);
    }
    ImmutableMap.Builder<String, Integer> tables = ImmutableMap.builder();
    tables.putAll(OF_NODE);
    if (fixture.version() >= 4) {
      tables.putAll(SINCE_4);
    }
    if (fixture.version() >= 5) {
      tables.putAll(SINCE_5);
    }
    return tables.buildOrThrow();
  }

  private void requireRows(Fixture fixture, Path file) throws Exception {
    ImmutableMap.Builder<String, Integer> tables = ImmutableMap.builder();
    if (fixture.schema() == Schema.MAIL) {
      tables.putAll(OF_MAIL);
    } else {
      tables.putAll(OF_NODE);
      if (fixture.version() >= 2) {
        tables.putAll(SINCE_2);
      }
      if (fixture.version() >= 3) {
        tables.putAll(SINCE_3);
      }
      if (fixture.version() >= 4) {
        tables.putAll(SINCE_4);
      }
      if (fixture.version() >= 5) {
        tables.putAll(SINCE_5);
      }
    }
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      for (Map.Entry<String, Integer> table : tables.buildOrThrow().entrySet()) {
        assertThat(count(sqlite, table.getKey())).as(table.getKey()).isEqualTo(table.getValue());
      }
      try (Statement statement = sqlite.createStatement();
          ResultSet verdict = statement.executeQuery("PRAGMA integrity_check")) {
        assertThat(verdict.getString(1)).isEqualTo("ok");
      }
    }
  }

  private static int count(Connection sqlite, String table) throws Exception {
    try (Statement statement = sqlite.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
      return rows.getInt(1);
    }
  }

  private static void open(Fixture fixture, Path file) throws Exception {
    if (fixture.schema() == Schema.NODE) {
      Store.open(file, CLOCK).close();
    } else {
      MailDatabase.open(file, CLOCK).close();
    }
  }

  private Path copy(Fixture fixture) throws Exception {
    Path file = directory.resolve("fixture.db");
    try (InputStream found = FixturesTest.class.getResourceAsStream(fixture.resource())) {
      assertThat(found)
          .as("%s: add a database that the version has written to the test's resources", fixture)
          .isNotNull();
      Files.copy(found, file);
    }
    return file;
  }
}
