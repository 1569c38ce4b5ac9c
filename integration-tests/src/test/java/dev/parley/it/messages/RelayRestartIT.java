package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.PathKind;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A relay that goes and comes back is ridden out. */
@ExtendWith(StageExtension.class)
class RelayRestartIT {

  @Test
  void noMessageIsLostWhenTheRelayIsKilledAndRestarted(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduceWithoutAddresses(alice, bob);
    alice.control().pin("bob", PathKind.PATH_KIND_RELAY);
    bob.control().pin("alice", PathKind.PATH_KIND_RELAY);

    Traffic traffic = new Traffic("relayed", "bob");
    send(100, traffic, alice);
    String url = relay.url();
    relay.kill();
    send(50, traffic, alice);
    relay.restart();
    assertThat(relay.url()).as("the same relay").isEqualTo(url);
    send(50, traffic, alice);
    traffic.verify(alice.control(), bob.control().inbox(""));
    assertThat(alice.control().status().getRelaysList())
        .allSatisfy(status -> assertThat(status.getProblem()).isEmpty());
  }

  @Test
  void aRelayThatEndsCleanlyIsRiddenOutToo(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduceWithoutAddresses(alice, bob);
    alice.control().pin("bob", PathKind.PATH_KIND_RELAY);
    bob.control().pin("alice", PathKind.PATH_KIND_RELAY);

    Traffic traffic = new Traffic("relayed", "bob");
    send(100, traffic, alice);
    assertThat(relay.stop()).as("exit code after SIGTERM").isZero();
    send(50, traffic, alice);
    relay.restart();
    traffic.verify(alice.control(), bob.control().inbox(""));
  }

  private static void send(int count, Traffic traffic, Daemon sender) {
    for (int i = 0; i < count; i++) {
      assertThat(traffic.send(sender.control())).isTrue();
    }
  }
}
