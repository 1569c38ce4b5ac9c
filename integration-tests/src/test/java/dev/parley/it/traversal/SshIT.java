package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.PathKind;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.nat.NatKind;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import dev.parley.it.tools.OpenSsh;
import dev.parley.it.tools.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Debian's OpenSSH between two homes 40 ms apart, each behind a port-restricted router: its client
 * here, with {@code parley pipe} as its ProxyCommand, its server there, on the loopback.
 */
@ExtendWith(StageExtension.class)
@RequiresLab
class SshIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration TRANSFER_WITHIN = Duration.ofMinutes(3);
  private static final int LARGE_BYTES = 100_000_000;

  /** Alice, whose ssh reaches the server at bob's. */
  private record Two(Stage stage, Town town, Daemon alice, Daemon bob, String options) {
    static Two direct(Stage stage) throws Exception {
      Tool.require(Tool.SSHD, Tool.SSH, Tool.SCP, Tool.RSYNC);
      Town town = Town.build(stage);
      Site aliceSite = Site.build(town.internet(), NatKind.PORT_RESTRICTED, "alice");
      Site bobSite = Site.build(town.internet(), NatKind.PORT_RESTRICTED, "bob");
      List<Daemon> daemons =
          Town.together(
              List.of(() -> town.daemon("alice", aliceSite), () -> town.daemon("bob", bobSite)));
      Daemon alice = daemons.get(0);
      Daemon bob = daemons.get(1);
      OpenSsh server = OpenSsh.serve(bob.home(), "127.0.0.1", stage.directory().resolve("ssh"));
      assertThat(Meeting.begin(alice, bob).awaitDirect(PATIENCE)).as("direct").isTrue();
      String target = "tcp:127.0.0.1:" + OpenSsh.port();
      bob.home().parley("listen", "ssh", "--to", target, "--allow", "alice").succeeds();
      String options = server.throughProxy(stage.distribution().parley() + " pipe bob/ssh");
      return new Two(stage, town, alice, bob, options);
    }

    /** Runs it at alice's; SSH stands for ssh with its options, OPTIONS for those alone. */
    Running launch(String command) {
      String line = command.replace("OPTIONS", options).replace("SSH", Tool.SSH + " " + options);
      return alice.home().launchIn(stage.directory(), "ssh", line);
    }

    Running runs(String command) {
      long start = System.nanoTime();
      Running running = launch(command);
      assertThat(running.endsWithin(TRANSFER_WITHIN)).as("%s ends", command).isTrue();
      assertThat(running.awaitEnd()).as("%s: %s", command, running.err()).isZero();
      System.out.printf("%s: %d ms%n", command, (System.nanoTime() - start) / 1_000_000);
      return running;
    }
  }

  @Test
  void aLoginRunsACommandAndTellsItsExitCode(Stage stage) throws Exception {
    Two two = Two.direct(stage);
    assertThat(two.runs("SSH bob 'echo there; id -un'").out()).isEqualTo("there\nroot\n");
    assertThat(two.launch("SSH bob 'exit 7'").awaitEnd()).isEqualTo(7);
  }

  @Test
  @Tag("long")
  void aHundredMegabytesAndATreeArriveWhole(Stage stage) throws Exception {
    Two two = Two.direct(stage);
    Path large = write(stage.directory().resolve("large"), LARGE_BYTES);
    two.runs("scp -q OPTIONS large bob:" + stage.directory().resolve("large-there"));
    assertThat(stage.directory().resolve("large-there")).hasSameBinaryContentAs(large);
    two.runs("scp -q OPTIONS bob:" + large + " large-back");
    assertThat(stage.directory().resolve("large-back")).hasSameBinaryContentAs(large);

    Path tree = stage.directory().resolve("tree");
    for (int i = 0; i < 200; i++) {
      write(tree.resolve("d" + i % 10).resolve("f" + i), 1_000 * i);
    }
    Path there = stage.directory().resolve("tree-there");
    two.runs("rsync -a -e 'SSH' tree/ bob:" + there);
    for (int i = 0; i < 200; i++) {
      String name = "d" + i % 10 + "/f" + i;
      assertThat(there.resolve(name)).hasSameBinaryContentAs(tree.resolve(name));
    }
  }

  @Test
  @Tag("long")
  void aSessionGoesOnWhenTheRelayIsGone(Stage stage) throws Exception {
    Two two = Two.direct(stage);
    // The hosts share a file system: that is how the command is told to end.
    Path end = stage.directory().resolve("end");
    Running session =
        two.launch(
            "SSH bob 'echo begun; until [ -e "
                + end
                + " ]; do echo tick; sleep 0.1; done; echo over'");
    session.awaitLine("begun");
    two.alice().control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
    two.town().relay().kill();
    two.alice().control().awaitNoRelay();
    long before = session.out().lines().count();
    Awaitility.await("the session goes on")
        .atMost(TRANSFER_WITHIN)
        .until(() -> session.out().lines().count() > before + 50);
    Files.createFile(end);
    session.awaitLine("over");
    assertThat(session.awaitEnd()).as(session.err()).isZero();
  }

  private static Path write(Path file, int bytes) throws IOException {
    Files.createDirectories(file.getParent());
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return Files.write(file, content);
  }
}
