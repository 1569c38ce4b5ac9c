package dev.parley.it.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.SmallDisk;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.Result;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What can be wrong with the place where a daemon is to live. */
@ExtendWith(StageExtension.class)
class HomeIT {

  @Test
  void aHomeThatIsNoDirectoryIsRefused(Stage stage) throws IOException {
    Home home = stage.home("alice");
    Files.writeString(home.directory(), "a file stands in the way");
    Result refused = home.refused().exits(1);
    assertThat(refused.err()).contains(home.directory().toString()).doesNotContain("\tat ");
    assertThat(home.parley("up").exits(1).err()).contains(home.directory().toString());
    assertThat(Files.readString(home.directory())).isEqualTo("a file stands in the way");
  }

  @Test
  @RequiresLab
  void aHomeThatCannotBeWrittenIsRefused(Stage stage) {
    Home home = stage.home("alice");
    SmallDisk disk = stage.closeLater(SmallDisk.mount(home.directory(), 1));
    disk.makeReadOnly();
    Result refused = home.refused().exits(1);
    assertThat(refused.err())
        .contains(home.directory().toString())
        .contains("PARLEY_HOME")
        .doesNotContain("\tat ");
  }

  @Test
  void aPathTooLongForASocketIsRefused(Stage stage) {
    Home home = stage.home("a".repeat(100));
    assertThat(home.refused().exits(1).err()).contains("103").doesNotContain("\tat ");
  }

  @Test
  void aPortThatIsTakenIsNamed(Stage stage) throws IOException {
    try (DatagramSocket taken =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      Result refused = stage.home("alice").refused("--listen", address).exits(1);
      assertThat(refused.err()).contains(address).doesNotContain("\tat ");
    }
  }

  @Test
  void aRelayPortThatIsTakenIsNamed(Stage stage) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      Result refused = stage.home("relay").refused("relay", "--listen", address).exits(1);
      assertThat(refused.err()).contains(address).doesNotContain("\tat ");
    }
  }

  @Test
  void aSecondDaemonOnTheSameHomeIsRefused(Stage stage) {
    Daemon alice = stage.home("alice").start();
    Result refused = alice.home().refused("--listen", "127.0.0.1:0").exits(1);
    assertThat(refused.err())
        .contains("already running", Long.toString(alice.process().pid()), "parley down");
    Result up = alice.home().parley("up", "--json").succeeds();
    assertThat(up.json().get("alreadyRunning").getAsBoolean()).isTrue();
    assertThat(up.json().get("pid").getAsLong()).isEqualTo(alice.process().pid());
    alice.home().parley("status").succeeds();
  }

  @Test
  void whatAKilledDaemonLeavesIsTakenOver(Stage stage) {
    Daemon alice = stage.home("alice").start();
    String peerId = alice.peerId();
    alice.kill();
    assertThat(alice.home().places().socket()).as("left by the crash").exists();
    assertThat(alice.home().parley("status").exits(3).err()).contains("not running");
    alice.restart();
    assertThat(alice.peerId()).as("the same node").isEqualTo(peerId);
    alice.home().parley("status").succeeds();
  }

  @Test
  void upAndDownStartAndEndADaemon(Stage stage) {
    Home home = stage.home("alice");
    Result up = home.parley("up", "--listen", "127.0.0.1:0", "--json").succeeds();
    ProcessHandle daemon = ProcessHandle.of(up.json().get("pid").getAsLong()).orElseThrow();
    stage.closeLater(daemon::destroyForcibly);
    assertThat(up.json().get("alreadyRunning").getAsBoolean()).isFalse();
    home.parley("status").succeeds();
    home.parley("down").succeeds();
    assertThat(daemon.isAlive()).as("alive after `parley down`").isFalse();
    home.parley("status").exits(3);
  }

  @Test
  void theKeyIsReadByItsOwnerAlone(Stage stage) throws IOException {
    Daemon alice = stage.home("alice").start();
    Path key = alice.home().places().keyFile();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    Path runtime = alice.home().places().runtime();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(runtime)))
        .isEqualTo("rwx------");
  }

  @Test
  void aWrongPassphraseIsRefusedAndTheKeyStays(Stage stage) throws IOException {
    Home home = stage.home("alice").with("PARLEY_PASSPHRASE", "correct horse");
    Daemon alice = home.start();
    String peerId = alice.peerId();
    assertThat(alice.stop()).isZero();
    byte[] key = Files.readAllBytes(home.places().keyFile());
    assertThat(new String(key, java.nio.charset.StandardCharsets.US_ASCII)).contains("ENCRYPTED");

    Result wrong = home.with("PARLEY_PASSPHRASE", "battery staple").refused().exits(1);
    assertThat(wrong.err()).contains("passphrase").doesNotContain("staple").doesNotContain("\tat ");
    Result none = home.without("PARLEY_PASSPHRASE").refused().exits(1);
    assertThat(none.err()).contains("PARLEY_PASSPHRASE").doesNotContain("\tat ");
    assertThat(Files.readAllBytes(home.places().keyFile())).isEqualTo(key);

    assertThat(home.with("PARLEY_PASSPHRASE", "correct horse").start().peerId()).isEqualTo(peerId);
  }
}
