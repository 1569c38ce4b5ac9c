package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonProcess;
import dev.parley.proto.home.NodeHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpCommandTest {
  @TempDir Path directory;

  @Test
  void aDaemonThatDiesIsReportedWithTheEndOfItsLogAndNoMore() throws Exception {
    NodeHome home = NodeHome.in(directory);
    Files.writeString(home.logFile(), "from another day\n");
    Path parleyd = script("echo \"cannot bind $2: in use\" >&2; exit 7");
    DaemonProcess process = DaemonProcess.start(home, parleyd, List.of("--listen", "host:1"));
    Assertions.assertThatThrownBy(() -> process.awaitReady(Duration.ofSeconds(30)))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> {
              assertThat(failure.exitCode()).isEqualTo(1);
              assertThat(failure.sentence())
                  .contains("status 7")
                  .contains("cannot bind host:1: in use")
                  .doesNotContain("another day");
              assertThat(failure.hint()).contains("parleyd.log");
            });
  }

  @Test
  void aDaemonThatIsNeverReadyIsEnded() throws Exception {
    Path parleyd = script("exec tail -f /dev/null");
    DaemonProcess process = DaemonProcess.start(NodeHome.in(directory), parleyd, List.of());
    Assertions.assertThatThrownBy(() -> process.awaitReady(Duration.ofMillis(50)))
        .isInstanceOfSatisfying(
            CommandFailure.class, failure -> assertThat(failure.exitCode()).isEqualTo(5));
  }

  @Test
  void aDataDirectoryThatIsMadeHereIsItsOwnersAlone() throws Exception {
    NodeHome home = NodeHome.in(directory.resolve("new").resolve("home"));
    DaemonProcess process = DaemonProcess.start(home, script("exit 7"), List.of());
    Assertions.assertThatThrownBy(() -> process.awaitReady(Duration.ofSeconds(30)))
        .isInstanceOf(CommandFailure.class);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.data())))
        .isEqualTo("rwx------");
  }

  private Path script(String body) throws Exception {
    Path script = directory.resolve("parleyd");
    Files.writeString(script, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }
}
