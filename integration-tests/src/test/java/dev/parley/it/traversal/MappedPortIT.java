package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.control.v1.MessageState;
import dev.parley.it.lab.Miniupnpd;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.nat.NatKind;
import dev.parley.it.nat.Outcome;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A whole daemon that maps its port at a real gateway: Debian's miniupnpd. */
@ExtendWith(StageExtension.class)
@RequiresLab
@Tag("long")
class MappedPortIT {
  /** A gateway that starts anew is asked again within a minute. */
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  @BeforeEach
  void requireMiniupnpd() {
    Miniupnpd.require();
  }

  @Test
  void aMappingMakesDirectWhatWouldBeRelayedAndLivesAsLongAsTheDaemon(Stage stage)
      throws InterruptedException {
    Town town = Town.build(stage);
    Site home = Site.behindGateway(town.internet(), "alice");
    Site bobSite = Site.build(town.internet(), NatKind.SYMMETRIC, "bob");
    Miniupnpd gateway = Miniupnpd.start(home, stage.directory()).reachedFrom(bobSite);
    Daemon alice = town.mappingDaemon("alice", home);
    Daemon bob = town.daemon("bob", bobSite);
    String port = ":" + alice.port();
    await().atMost(PATIENCE).until(() -> gateway.maps(home.hostAddress() + port));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                alice.control().status().getAddressesList().stream()
                    .anyMatch(address -> address.startsWith(gateway.external() + ":")));

    Meeting meeting = Meeting.begin(alice, bob);
    assertThat(meeting.awaitDirect(PATIENCE)).as("direct, symmetric as both NATs are").isTrue();
    System.out.println("mapped port: direct after " + meeting.directMillis() + " ms");
    meeting.talk();

    gateway.restart();
    assertThat(gateway.maps(home.hostAddress() + port)).isFalse();
    long restarted = System.nanoTime();
    await().atMost(PATIENCE).until(() -> gateway.maps(home.hostAddress() + port));
    print("mapped again after the gateway's restart", restarted);

    home.changeAddress();
    long changed = System.nanoTime();
    await().atMost(PATIENCE).until(() -> gateway.maps(home.changedAddress() + port));
    print("mapped again after the change of address", changed);
    await().atMost(PATIENCE).until(() -> meeting.outcome() == Outcome.DIRECT_UDP);
    alice.control().send("bob", "still there", MessageState.MESSAGE_STATE_DELIVERED);

    assertThat(alice.stop()).isZero();
    assertThat(gateway.maps(home.changedAddress() + port)).as("given back").isFalse();
  }

  @Test
  void aPeerWhoseNetworkDropsUdpConnectsToTheMappedTcpPort(Stage stage) {
    Town town = Town.build(stage);
    Site home = Site.behindGateway(town.internet(), "alice");
    Site bobSite = Site.build(town.internet(), NatKind.UDP_BLOCKED, "bob");
    Miniupnpd gateway = Miniupnpd.start(home, stage.directory()).reachedFrom(bobSite);
    Daemon alice = town.mappingDaemon("alice", home);
    Daemon bob = town.daemon("bob", bobSite);
    await().atMost(PATIENCE).until(() -> gateway.maps(home.hostAddress() + ":" + alice.port()));

    Meeting meeting = Meeting.begin(alice, bob);
    assertThat(meeting.awaitDirect(PATIENCE)).isTrue();
    assertThat(meeting.outcome()).isEqualTo(Outcome.DIRECT_TCP);
    assertThat(bob.home().parley("ping", "alice", "--json").succeeds().json().get("remote"))
        .asString()
        .contains(gateway.external());
    System.out.println("mapped TCP port: direct after " + meeting.directMillis() + " ms");
    meeting.talk();
  }

  @Test
  void aNodeBoundToTheLoopbackSendsNothingAtAll(Stage stage) {
    Town town = Town.build(stage);
    Site home = Site.behindGateway(town.internet(), "alice");
    Miniupnpd gateway = Miniupnpd.start(home, stage.directory());
    home.countDepartures();
    Daemon alice =
        stage.home("alice").config("port_mapping = true\n").under(home.host().command()).start();
    String internal = "127.0.0.1:" + alice.port();
    // A search for a gateway and all three protocols take three seconds at the most.
    await()
        .during(Duration.ofSeconds(6))
        .atMost(PATIENCE)
        .until(() -> home.departures() == 0 && !gateway.maps(internal));
    home.changeAddress();
    await().during(Duration.ofSeconds(6)).atMost(PATIENCE).until(() -> home.departures() == 0);
    assertThat(alice.process().err()).contains("the network has changed");
  }

  private static void print(String what, long since) {
    System.out.printf("%s: %d ms%n", what, (System.nanoTime() - since) / 1_000_000);
  }
}
