package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.PathKind;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.nat.NatKind;
import dev.parley.it.nat.Outcome;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two daemons 40 ms apart, and what happens to networks. Prints how long messages took. */
@ExtendWith(StageExtension.class)
@RequiresLab
@Tag("long")
class RidingOutIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A town with a home for each of the two. */
  private record Two(Town town, Site aliceSite, Site bobSite, Daemon alice, Daemon bob) {
    static Two build(Stage stage, NatKind aliceKind, NatKind bobKind) {
      Town town = Town.build(stage);
      Site aliceSite = Site.build(town.internet(), aliceKind, "alice");
      Site bobSite = Site.build(town.internet(), bobKind, "bob");
      List<Daemon> daemons =
          Town.together(
              List.of(() -> town.daemon("alice", aliceSite), () -> town.daemon("bob", bobSite)));
      return new Two(town, aliceSite, bobSite, daemons.get(0), daemons.get(1));
    }

    static Two direct(Stage stage) {
      Two two = build(stage, NatKind.PORT_RESTRICTED, NatKind.PORT_RESTRICTED);
      assertThat(Meeting.begin(two.alice, two.bob).awaitDirect(PATIENCE)).as("direct").isTrue();
      return two;
    }

    Conversation talk() {
      return Conversation.begin(alice, bob);
    }
  }

  @Test
  void aCableIsPulledAndPluggedBack(Stage stage) {
    Two two = Two.direct(stage);
    Conversation talk = two.talk();
    two.aliceSite().pullCable();
    talk.awaitSilence(Duration.ofSeconds(5));
    two.aliceSite().plugBack();
    talk.awaitRecovery("cable plugged back");
    two.alice().control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
    talk.report("direct again");
    talk.verify();
  }

  @Test
  void anAddressChanges(Stage stage) {
    Two two = Two.direct(stage);
    Conversation talk = two.talk();
    two.aliceSite().changeAddress();
    talk.awaitRecovery("address changed");
    two.alice().control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
    talk.report("direct again");
    talk.verify();
  }

  @Test
  void aRouterRestartsAndForgetsItsTable(Stage stage) {
    Two two = Two.direct(stage);
    Conversation talk = two.talk();
    assertThat(two.aliceSite().reboot()).isPositive();
    talk.awaitRecovery("router rebooted");
    two.alice().control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
    talk.report("direct again");
    talk.verify();
  }

  @Test
  void theRelayOfARelayedPairRestarts(Stage stage) {
    Two two = Two.build(stage, NatKind.SYMMETRIC, NatKind.SYMMETRIC);
    Meeting.begin(two.alice(), two.bob()).talk();
    Conversation talk = two.talk();
    two.town().relay().kill();
    two.town().relay().restart();
    talk.awaitRecovery("relay restarted");
    talk.verify();
  }

  @Test
  void theRelayOfARelayedPairIsGoneForGoodAndTheOtherOneCarriesOn(Stage stage) {
    Town town = Town.build(stage);
    RelayProcess other = town.anotherRelay("relay2");
    List<RelayProcess> both = List.of(town.relay(), other);
    Site aliceSite = Site.build(town.internet(), NatKind.SYMMETRIC, "alice");
    Site bobSite = Site.build(town.internet(), NatKind.SYMMETRIC, "bob");
    Daemon alice = town.daemon("alice", aliceSite.host().command(), both);
    Daemon bob = town.daemon("bob", bobSite.host().command(), both);
    Meeting.begin(alice, bob).talk();
    Conversation talk = Conversation.begin(alice, bob);
    String inUse = alice.control().peer("bob").orElseThrow().getPath().getRemote();
    (inUse.contains(other.address()) ? other : town.relay()).kill();
    talk.awaitRecovery("relay " + inUse + " gone for good");
    assertThat(alice.control().peer("bob").orElseThrow().getPath().getRemote()).isNotEqualTo(inUse);
    talk.verify();
  }

  @Test
  void aRouterRestartsAndGivesEveryoneOtherPorts(Stage stage) {
    Two two = Two.direct(stage);
    Conversation talk = two.talk();
    two.aliceSite().rebootWithOtherPorts();
    talk.awaitRecovery("router rebooted, with other ports");
    two.alice().control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
    two.bob().control().awaitPath("alice", PathKind.PATH_KIND_DIRECT);
    talk.report("direct again");
    talk.verify();
  }

  @Test
  void theRelayOfADirectPairIsGoneForGood(Stage stage) {
    Two two = Two.direct(stage);
    Conversation talk = two.talk();
    two.town().relay().kill();
    talk.awaitMore(100);
    assertThat(two.alice().control().pathTo("bob")).isEqualTo(PathKind.PATH_KIND_DIRECT);
    talk.report("relay gone");
    talk.verify();
  }

  @Test
  void aMappingThatLivesTwentySecondsOutlivesASilenceOfThirty(Stage stage) {
    Two two = Two.build(stage, NatKind.PORT_RESTRICTED, NatKind.PORT_RESTRICTED);
    two.aliceSite().withUdpLifetime(20);
    two.bobSite().withUdpLifetime(20);
    Meeting meeting = Meeting.begin(two.alice(), two.bob());
    assertThat(meeting.awaitDirect(PATIENCE)).isTrue();
    meeting.talk();
    meeting.awaitAge(Duration.ofSeconds(30));
    assertThat(meeting.outcome()).isEqualTo(Outcome.DIRECT_UDP);
    assertThat(two.alice().home().parley("ping", "bob", "--json").succeeds().json())
        .satisfies(reply -> assertThat(reply.get("path").getAsString()).isEqualTo("direct"));
  }

  @Test
  void twoInOneNetworkFindEachOtherThoughTheRouterDoesNotHairpin(Stage stage) {
    Town town = Town.build(stage);
    Site home = Site.build(town.internet(), NatKind.PORT_RESTRICTED, "alice");
    Daemon alice = town.daemon("alice", home);
    Daemon bob = town.daemon("bob", home.guest("bob").command());
    Meeting meeting = Meeting.begin(alice, bob);
    assertThat(meeting.awaitDirect(PATIENCE)).isTrue();
    System.out.println("one network: direct after " + meeting.directMillis() + " ms");
    meeting.talk();
  }

  @Test
  void twoInOneNetworkTalkByTheirTicketsAloneWhenTheRelayIsDead(Stage stage) {
    Town town = Town.build(stage);
    Site home = Site.build(town.internet(), NatKind.PORT_RESTRICTED, "alice");
    Daemon alice = town.daemon("alice", home);
    Daemon bob = town.daemon("bob", home.guest("bob").command());
    town.relay().kill();
    Daemon.introduce(alice, bob);
    alice.control().send("bob", "no relay", MessageState.MESSAGE_STATE_DELIVERED);
    bob.control().send("alice", "none needed", MessageState.MESSAGE_STATE_DELIVERED);
    alice.control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
  }

  @Test
  void twoWithIpv6AloneBehindFirewallsEndUpDirect(Stage stage) {
    Town town = Town.build6(stage);
    Daemon alice = town.daemon("alice", Site.behindFirewall6(town.internet(), "alice"));
    Daemon bob = town.daemon("bob", Site.behindFirewall6(town.internet(), "bob"));
    Meeting meeting = Meeting.begin(alice, bob);
    assertThat(meeting.awaitDirect(PATIENCE)).isTrue();
    System.out.println("IPv6 behind firewalls: direct after " + meeting.directMillis() + " ms");
    meeting.talk();
  }

  @Test
  void everyFiftiethPacketIsLost(Stage stage) {
    Two two = Two.direct(stage);
    two.aliceSite().lose(2);
    Conversation talk = two.talk();
    talk.awaitMore(300);
    talk.report("2 % lost each way");
    talk.verify();
  }
}
