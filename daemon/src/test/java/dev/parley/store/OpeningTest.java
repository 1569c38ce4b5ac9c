package dev.parley.store;

import static dev.parley.store.StoredMessages.await;
import static dev.parley.store.StoredMessages.outgoing;
import static dev.parley.store.StoredMessages.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.MessageStore.InboxPage;
import dev.parley.messaging.MessageStore.PageLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpeningTest {
  private static final Clock CLOCK = Clock.fixed(StoredMessages.NOW, ZoneOffset.UTC);

  @TempDir Path directory;

  @Test
  void aNewDatabaseIsForItsOwnerOnlyAndSaysWhoseItIs() throws Exception {
    Path file = directory.resolve("deep").resolve("parley.db");
    Store.open(file, CLOCK).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Connection sqlite = raw(file);
        Statement statement = sqlite.createStatement()) {
      assertThat(statement.executeQuery("PRAGMA application_id").getInt(1))
          .isEqualTo(Schema.NODE.applicationId());
      assertThat(statement.executeQuery("PRAGMA user_version").getInt(1))
          .isEqualTo(Schema.NODE.current());
    }
  }

  @Test
  void everyCommittedMessageIsThereAfterACrash() throws Exception {
    Path file = directory.resolve("parley.db");
    try (Store store = Store.open(file, CLOCK)) {
      for (int i = 1; i <= 100; i++) {
        await(store.messages().appendOutbox(List.of(outgoing(i, peer(1)))));
      }
      // What a killed process leaves behind: the file and its WAL, not checkpointed.
      Path crashed = directory.resolve("crashed.db");
      Files.copy(file, crashed);
      Files.copy(directory.resolve("parley.db-wal"), directory.resolve("crashed.db-wal"));
      try (Store reopened = Store.open(crashed, CLOCK)) {
        assertThat(await(reopened.messages().readOutbox(peer(1), 0, new PageLimit(1_000, 1 << 20))))
            .hasSize(100);
      }
    }
  }

  @Test
  void aDatabaseOfAnotherProgramIsRefusedAndLeftAsItIs() throws Exception {
    Path file = directory.resolve("parley.db");
    try (Connection sqlite = raw(file);
        Statement statement = sqlite.createStatement()) {
      statement.executeUpdate("CREATE TABLE bookmarks (url TEXT)");
    }
    byte[] before = Files.readAllBytes(file);
    StoreException refusal = refusalOf(file);
    assertThat(refusal.reason()).isEqualTo(StoreException.Reason.FOREIGN);
    assertThat(refusal).hasMessageContaining("another program").hasMessageContaining("parley.db");
    assertThat(refusal.hint()).isNotEmpty();
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void aDatabaseOfALaterVersionIsRefused() throws Exception {
    Path file = directory.resolve("parley.db");
    Store.open(file, CLOCK).close();
    try (Connection sqlite = raw(file);
        Statement statement = sqlite.createStatement()) {
      statement.executeUpdate("PRAGMA user_version = 999");
    }
    StoreException refusal = refusalOf(file);
    assertThat(refusal.reason()).isEqualTo(StoreException.Reason.NEWER);
    assertThat(refusal).hasMessageContaining("999");
  }

  @Test
  void damageThatIsMetWhileRunningIsToldAndLookedForAtTheNextStart() throws Exception {
    Path file = directory.resolve("parley.db");
    DamagedDatabase.fill(file);
    try (Store store = Store.open(file, CLOCK)) {
      DamagedDatabase.overwrite(file, 4_096, new byte[(int) Files.size(file) - 4_096]);
      store
          .messages()
          .readInbox(ConsumerName.DEFAULT, 0, new PageLimit(1_000, 1 << 20))
          .exceptionally(failure -> new InboxPage(ImmutableList.of(), Optional.empty()));
      assertThat(await(store.damage())).contains("damaged", "next start");
    }
    Store.open(file, CLOCK).close();
    assertThat(SalvageReport.beside(file)).hasSize(1);
    assertThat(directory.resolve("parley.db.suspect")).doesNotExist();
  }

  @Test
  void aDamagedDatabaseOfAnotherProgramIsLeftAsItIs() throws Exception {
    Path file = directory.resolve("parley.db");
    try (Connection sqlite = raw(file);
        Statement statement = sqlite.createStatement()) {
      statement.executeUpdate("PRAGMA application_id = 7");
      statement.executeUpdate("CREATE TABLE bookmarks (url TEXT)");
    }
    DamagedDatabase.overwrite(file, 100, new byte[500]);
    byte[] before = Files.readAllBytes(file);
    assertThat(refusalOf(file).reason()).isEqualTo(StoreException.Reason.FOREIGN);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void aDirectoryThatCannotBeMadeIsRefusedWithAHint() throws IOException {
    Path occupied = Files.writeString(directory.resolve("home"), "a file");
    StoreException refusal = refusalOf(occupied.resolve("parley.db"));
    assertThat(refusal.reason()).isEqualTo(StoreException.Reason.INACCESSIBLE);
    assertThat(refusal.hint()).contains("may write in it");
  }

  private static StoreException refusalOf(Path file) {
    return catchThrowableOfType(
        StoreException.class,
        () -> {
          try (Store opened = Store.open(file, CLOCK)) {
            throw new AssertionError("opened " + opened);
          }
        });
  }

  private static Connection raw(Path file) throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }
}
