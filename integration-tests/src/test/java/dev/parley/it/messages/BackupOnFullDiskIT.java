package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.parley.control.v1.MessageState;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.SmallDisk;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.Result;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A disk that is full where a backup is written, read, or unpacked: told, and nothing is left. */
@ExtendWith(StageExtension.class)
@RequiresLab
class BackupOnFullDiskIT {
  private static final int MEGABYTES = 16;

  /** Enough to lock the home and to begin, and not for a database. */
  private static final int TOO_LITTLE = 100_000;

  private Path passphrase = Path.of("");

  @BeforeEach
  void writePassphrase(Stage stage) throws IOException {
    passphrase = Files.writeString(stage.directory().resolve("pass"), "secret\n");
  }

  @Test
  void aBackupThatFindsNoRoomLeavesNothingAndTheNodeGoesOn(Stage stage) throws IOException {
    Home home = stage.home("bob");
    SmallDisk nodes = stage.closeLater(SmallDisk.mount(home.directory(), MEGABYTES));
    Path elsewhere = stage.directory().resolve("usb");
    SmallDisk others = stage.closeLater(SmallDisk.mount(elsewhere, MEGABYTES));
    Daemon bob = home.start();
    Path file = elsewhere.resolve("bob.backup");
    List<String> before = names(home.directory());

    others.fill();
    assertThat(refusal(home, "backup", file)).contains("No space left");
    assertThat(file).doesNotExist();
    others.makeRoom();

    nodes.fill();
    assertThat(refusal(home, "backup", file)).contains("full");
    nodes.makeRoom();
    assertThat(names(elsewhere)).isEmpty();
    assertThat(names(home.directory())).isEqualTo(before);

    run(home, "backup", file).succeeds();
    assertThat(bob.stop()).isZero();
  }

  @Test
  void aRestoreThatFindsNoRoomLeavesNothingAndSucceedsLater(Stage stage) throws IOException {
    Home lost = stage.home("lost");
    Daemon alice = stage.home("alice").start();
    Daemon bob = lost.start();
    Daemon.introduce(alice, bob);
    alice.control().send("lost", "kept", MessageState.MESSAGE_STATE_DELIVERED);
    Path file = stage.directory().resolve("bob.backup");
    run(lost, "backup", file).succeeds();
    bob.kill();

    Home home = stage.home("bob");
    SmallDisk disk = stage.closeLater(SmallDisk.mount(home.directory(), MEGABYTES));
    disk.fill();
    assertThat(refusal(home, "restore", file)).contains("No space left");
    disk.makeRoom();
    disk.fillBut(TOO_LITTLE);
    assertThat(refusal(home, "restore", file)).contains("No space left", "could not be restored");
    disk.makeRoom();
    assertThat(names(home.directory()))
        .doesNotContain("identity.key", "parley.db")
        .noneMatch(name -> name.startsWith("restore-"));

    run(home, "restore", file).succeeds();
    Daemon again = home.start();
    assertThat(again.peerId()).isEqualTo(bob.peerId());
    assertThat(Inbox.texts(again.control().inbox("").read(1))).containsExactly("kept");
  }

  private Result run(Home home, String command, Path file) {
    return home.parley(
        command, file.toString(), "--passphrase-file", passphrase.toString(), "--json");
  }

  private String refusal(Home home, String command, Path file) {
    JsonObject error = run(home, command, file).exits(1).error();
    assertThat(error.get("hint").getAsString()).contains("room");
    return error.get("message").getAsString();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
