package dev.parley.it.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.MessageState;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.Result;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A database that is damaged or another's: refused, copied, never changed. */
@ExtendWith(StageExtension.class)
class DatabaseIT {

  @Test
  void aFileOfOtherBytesIsRefusedAndCopied(Stage stage) throws IOException {
    Home home = stage.home("alice");
    Files.createDirectories(home.directory());
    byte[] found = "I am no database at all. ".repeat(500).getBytes(StandardCharsets.US_ASCII);
    Files.write(home.places().database(), found);

    requireRefusalWithCopy(home, found);
  }

  @Test
  void aDamagedDatabaseIsRefusedAndCopiedOnce(Stage stage) throws IOException {
    Home home = stage.home("alice");
    Daemon alice = home.start();
    alice.control().addContact("bob", stage.home("bob").start().control().ticket());
    for (int i = 0; i < 50; i++) {
      alice.control().send("bob", "x".repeat(2_000), MessageState.MESSAGE_STATE_QUEUED);
    }
    assertThat(alice.stop()).isZero();
    byte[] bytes = Files.readAllBytes(home.places().database());
    // The header stays, so that only a look at the pages finds it.
    Arrays.fill(bytes, 4_096, bytes.length, (byte) 0x5a);
    Files.write(home.places().database(), bytes);

    requireRefusalWithCopy(home, bytes);
    // A service manager tries again: the disk must not fill with copies.
    requireRefusalWithCopy(home, bytes);
  }

  @Test
  void aDatabaseOfAnotherProgramIsLeftAlone(Stage stage) throws IOException, SQLException {
    Home home = stage.home("alice");
    Files.createDirectories(home.directory());
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + home.places().database());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE recipes (name TEXT)");
    }
    byte[] found = Files.readAllBytes(home.places().database());
    Result refused = home.refused().exits(1);
    assertThat(refused.err())
        .contains(home.places().database().toString(), "another program")
        .doesNotContain("\tat ");
    assertThat(Files.readAllBytes(home.places().database())).isEqualTo(found);
  }

  private static void requireRefusalWithCopy(Home home, byte[] found) throws IOException {
    Result refused = home.refused().exits(1);
    List<Path> copies;
    try (Stream<Path> files = Files.list(home.directory())) {
      copies = files.filter(file -> file.toString().contains(".corrupt-")).toList();
    }
    assertThat(copies).hasSize(1);
    assertThat(refused.err())
        .contains(home.places().database().toString(), copies.get(0).toString())
        .doesNotContain("\tat ");
    assertThat(Files.readAllBytes(copies.get(0))).as("the copy").isEqualTo(found);
    assertThat(Files.readAllBytes(home.places().database())).as("the original").isEqualTo(found);
  }
}
