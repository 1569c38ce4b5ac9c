package dev.parley.it.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cli.client.CommandFailure;
import dev.parley.control.v1.MessageState;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.SmallDisk;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A disk without room: what was accepted stays, the rest is refused, and life goes on. */
@ExtendWith(StageExtension.class)
@RequiresLab
class FullDiskIT {
  private static final int DISK_MEGABYTES = 8;

  @Test
  void theSenderRefusesAndGoesOnWhenThereIsRoom(Stage stage) throws IOException {
    Home home = stage.home("alice");
    stage.closeLater(SmallDisk.mount(home.directory(), DISK_MEGABYTES));
    Daemon alice = home.start();
    Daemon bob = stage.home("bob").start();
    Daemon.introduce(alice, bob);
    alice.control().send("bob", "before", MessageState.MESSAGE_STATE_DELIVERED);

    Path ballast = fill(home.directory());
    List<String> accepted = new ArrayList<>(List.of("before"));
    assertThatThrownBy(() -> sendUntilRefused(alice, accepted))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            refusal -> {
              assertThat(refusal.word()).isEqualTo("storage-full");
              assertThat(refusal.sentence()).containsIgnoringCase("disk");
              assertThat(refusal.hint()).isNotEmpty();
            });
    assertThat(home.parley("send", "bob", "y".repeat(30_000), "--json").exits(1).errorWord())
        .isEqualTo("storage-full");
    home.parley("status").succeeds();

    Files.delete(ballast);
    alice.control().send("bob", "after", MessageState.MESSAGE_STATE_DELIVERED);
    accepted.add("after");
    assertThat(Inbox.texts(bob.control().inbox("").readUntil("after"))).isEqualTo(accepted);
  }

  @Test
  void theReceiverTakesWhatWaitedWhenThereIsRoom(Stage stage) throws IOException {
    Home home = stage.home("bob");
    stage.closeLater(SmallDisk.mount(home.directory(), DISK_MEGABYTES));
    Daemon alice = stage.home("alice").start();
    Daemon bob = home.start();
    Daemon.introduce(alice, bob);
    alice.control().send("bob", "before", MessageState.MESSAGE_STATE_DELIVERED);

    Path ballast = fill(home.directory());
    List<String> sent = new ArrayList<>(List.of("before"));
    for (int i = 0; i < 40; i++) {
      sent.add(i + "x".repeat(60_000));
      alice.control().send("bob", sent.get(sent.size() - 1), MessageState.MESSAGE_STATE_QUEUED);
    }
    bob.control().status();
    Files.delete(ballast);
    alice.control().send("bob", "after", MessageState.MESSAGE_STATE_DELIVERED);
    sent.add("after");
    assertThat(Inbox.texts(bob.control().inbox("").readUntil("after"))).isEqualTo(sent);
  }

  private static void sendUntilRefused(Daemon alice, List<String> accepted) throws CommandFailure {
    // SQLite has room inside its files for a while.
    for (int i = 0; i < 1_000; i++) {
      String text = i + "x".repeat(30_000);
      alice.control().trySend("bob", text, MessageState.MESSAGE_STATE_QUEUED);
      accepted.add(text);
    }
  }

  /** Fills the disk to its last byte. */
  private static Path fill(Path directory) {
    Path ballast = directory.resolve("ballast");
    try (var out = Files.newOutputStream(ballast)) {
      byte[] block = new byte[4_096];
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
      return ballast;
    }
  }
}
