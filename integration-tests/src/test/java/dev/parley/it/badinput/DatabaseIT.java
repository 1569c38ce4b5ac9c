package dev.parley.it.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.process.Home;
import dev.parley.it.process.Result;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A database that is another's: refused, never changed. What is damaged is in StorageIT. */
@ExtendWith(StageExtension.class)
class DatabaseIT {

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
}
