package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.Salvage;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Result;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A daemon whose database is damaged starts with what can be read, and tells what is missing. */
@ExtendWith(StageExtension.class)
class StorageIT {

  @Test
  void whatCanBeReadIsThereAndNothingComesTwice(Stage stage) throws IOException {
    Home home = stage.home("bob");
    Daemon alice = stage.home("alice").start();
    Daemon bob = home.start();
    Daemon.introduce(alice, bob);
    for (int i = 0; i < 20; i++) {
      alice.control().send("bob", "read " + i, MessageState.MESSAGE_STATE_DELIVERED);
    }
    Inbox reader = bob.control().inbox("");
    reader.readUntil("read 19");
    reader.finish();
    alice.control().send("bob", "unread", MessageState.MESSAGE_STATE_DELIVERED);
    alice.stop();
    List<String> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add("waiting " + i);
      bob.control().send("alice", "waiting " + i, MessageState.MESSAGE_STATE_QUEUED);
    }
    assertThat(bob.stop()).isZero();
    Path database = home.places().database();
    byte[] bytes = Files.readAllBytes(database);
    // Neither whose it is nor where anything lies can be read any more.
    Arrays.fill(bytes, 0, 100, (byte) 0x5a);
    Files.write(database, bytes);

    bob.restart();

    Salvage salvage = bob.control().status().getSalvages(0);
    assertThat(Files.readAllBytes(Path.of(salvage.getDamagedFile()))).isEqualTo(bytes);
    assertThat(salvage.getSavedMap()).containsEntry("contacts", 1L).containsEntry("waiting", 5L);
    assertThat(bob.process().err()).contains(salvage.getDamagedFile()).doesNotContain("\tat ");
    JsonObject status = home.parley("status", "--json").succeeds().json();
    assertThat(status.getAsJsonArray("salvages")).hasSize(1);
    Result up = home.parley("up");
    assertThat(up.err()).contains(salvage.getDamagedFile());
    assertThat(bob.control().status().getUnread())
        .as("what was read does not come again")
        .isEqualTo(1);
    List<JsonObject> told =
        home.parley("recv", "--json", "--count", "1", "--timeout", "60s").succeeds().jsonLines();
    assertThat(told.get(0).get("text").getAsString()).isEqualTo("unread");

    alice.restart();
    assertThat(Inbox.texts(alice.control().inbox("").read(5))).isEqualTo(waiting);
    alice.control().send("bob", "after", MessageState.MESSAGE_STATE_DELIVERED);
    assertThat(Inbox.texts(bob.control().inbox("").read(1))).containsExactly("after");
  }

  @Test
  void aFileThatIsNoDatabaseIsSetAsideAtANodeAndAtARelay(Stage stage) throws IOException {
    RelayProcess relay = stage.relay();
    Path mailbox = stage.home("relay").directory().resolve("relay").resolve("mailbox.db");
    assertThat(relay.stop()).isZero();
    Files.writeString(mailbox, "Dear diary, ".repeat(999));
    relay.restart();
    assertThat(relay.process().err()).contains("mailbox.db.damaged-").doesNotContain("\tat ");

    Home home = stage.home("carol");
    Files.createDirectories(home.directory());
    Files.writeString(home.places().database(), "Dear diary, ".repeat(999));
    Daemon carol = home.start("--relay", relay.url());
    carol.control().awaitRelay();
    assertThat(carol.control().status().getSalvages(0).getMissingList()).isNotEmpty();
    Awaitility.await("a gap before the first message of all")
        .atMost(Duration.ofSeconds(90))
        .until(
            () ->
                home.parley("recv", "--json", "--timeout", "2s")
                    .exits(5)
                    .out()
                    .contains("\"gap\":{\"count\":0"));
    assertThat(home.parley("recv", "--json", "--timeout", "1s").exits(5).out()).isEmpty();
  }
}
