package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.parley.control.v1.MessageState;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A machine is lost, and its node comes back from a backup on another. */
@ExtendWith(StageExtension.class)
class BackupIT {

  @Test
  void aNodeComesBackAndNothingNewIsLostOrDoubled(Stage stage) throws IOException {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Home old = stage.home("bob");
    Daemon bob = old.start("--relay", relay.url());
    Daemon.introduceWithoutAddresses(alice, bob);
    alice.control().send("bob", "read before", MessageState.MESSAGE_STATE_DELIVERED);
    Inbox reader = bob.control().inbox("");
    reader.readUntil("read before");
    reader.finish();
    alice.control().send("bob", "unread then", MessageState.MESSAGE_STATE_DELIVERED);
    alice.stop();
    bob.control().send("alice", "waiting then", MessageState.MESSAGE_STATE_QUEUED);

    Path passphrase = Files.writeString(stage.directory().resolve("pass"), "secret\n");
    Path file = stage.directory().resolve("bob.backup");
    JsonObject written = backup(old, file, passphrase);
    assertThat(written.get("bytes").getAsLong()).isEqualTo(Files.size(file));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    old.parley("backup", file.toString(), "--passphrase-file", passphrase.toString()).exits(1);

    // More traffic both ways, of which the backup knows nothing.
    alice.restart();
    assertThat(Inbox.texts(alice.control().inbox("").read(1))).containsExactly("waiting then");
    bob.control().send("alice", "sent since", MessageState.MESSAGE_STATE_DELIVERED);
    alice.control().send("bob", "arrived since", MessageState.MESSAGE_STATE_DELIVERED);
    assertThat(Inbox.texts(alice.control().inbox("").read(1))).containsExactly("sent since");
    bob.kill();

    Home fresh = stage.home("bob2");
    fresh.parley("backup", file + "2", "--passphrase-file", passphrase.toString()).exits(3);
    Path wrong = Files.writeString(stage.directory().resolve("wrong"), "Secret\n");
    String refusal =
        fresh
            .parley("restore", file.toString(), "--passphrase-file", wrong.toString(), "--json")
            .exits(1)
            .error()
            .get("message")
            .getAsString();
    assertThat(refusal).contains("passphrase", "nothing was restored");
    JsonObject restored =
        fresh
            .parley(
                "restore", file.toString(), "--passphrase-file", passphrase.toString(), "--json")
            .succeeds()
            .json();
    assertThat(restored.get("peerId").getAsString()).isEqualTo(bob.peerId());
    assertThat(restored.get("waiting").getAsInt()).isEqualTo(1);

    Daemon again = fresh.start("--relay", relay.url());
    assertThat(again.peerId()).isEqualTo(bob.peerId());
    alice.control().send("bob", "new to bob", MessageState.MESSAGE_STATE_DELIVERED);
    again.control().send("alice", "new to alice", MessageState.MESSAGE_STATE_DELIVERED);
    assertThat(Inbox.texts(alice.control().inbox("").read(1)))
        .as("what waited in the backup is known by its id, what is new is not mistaken")
        .containsExactly("new to alice");
    assertThat(Inbox.texts(again.control().inbox("").read(2)))
        .as("what had been read before is not read again")
        .isEqualTo(List.of("unread then", "new to bob"));
    fresh.parley("restore", file.toString(), "--passphrase-file", passphrase.toString()).exits(1);
  }

  private static JsonObject backup(Home home, Path file, Path passphrase) {
    return home.parley(
            "backup", file.toString(), "--passphrase-file", passphrase.toString(), "--json")
        .succeeds()
        .json();
  }
}
