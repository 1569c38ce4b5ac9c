package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.PathKind;
import dev.parley.it.lab.Lab;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Star;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A relay that goes and comes back is ridden out. */
@ExtendWith(StageExtension.class)
class RelayRestartIT {

  /** Without a direct way, everything has to wait for the relay. */
  @Test
  @RequiresLab
  void noMessageIsLostWhenTheOnlyRelayIsKilledAndRestarted(Stage stage) {
    try (Lab lab = Lab.open()) {
      Star star = Star.build(lab, 2);
      star.separateLeaves();
      RelayProcess relay =
          RelayProcess.start(
              stage.home("relay").under(star.hub().command()), star.hubAddress(0) + ":7800");
      Daemon alice =
          stage.home("alice").under(star.leaf(0).command()).startWith("--relay", relay.url());
      Daemon bob =
          stage.home("bob").under(star.leaf(1).command()).startWith("--relay", relay.url());
      Daemon.introduce(alice, bob);

      Traffic traffic = new Traffic("relayed", "bob");
      send(100, traffic, alice);
      String url = relay.url();
      relay.kill();
      send(50, traffic, alice);
      relay.restart();
      assertThat(relay.url()).as("the same relay").isEqualTo(url);
      send(50, traffic, alice);
      traffic.verify(alice.control(), bob.control().inbox(""));
      assertThat(bob.control().pathTo("alice")).isEqualTo(PathKind.PATH_KIND_RELAY);
    }
  }

  @Test
  void aRelayThatEndsCleanlyIsRiddenOutToo(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduceWithoutAddresses(alice, bob);
    // There is something to pin once there is a link.
    alice.home().parley("ping", "bob", "--timeout", "60s").succeeds();
    alice.control().pin("bob", PathKind.PATH_KIND_RELAY);
    bob.control().pin("alice", PathKind.PATH_KIND_RELAY);
    alice.control().awaitPath("bob", PathKind.PATH_KIND_RELAY);

    Traffic traffic = new Traffic("relayed", "bob");
    send(100, traffic, alice);
    assertThat(relay.stop()).as("exit code after SIGTERM").isZero();
    send(50, traffic, alice);
    relay.restart();
    traffic.verify(alice.control(), bob.control().inbox(""));
    alice.control().awaitRelay();
    bob.control().awaitRelay();
  }

  private static void send(int count, Traffic traffic, Daemon sender) {
    for (int i = 0; i < count; i++) {
      assertThat(traffic.send(sender.control())).isTrue();
    }
  }
}
