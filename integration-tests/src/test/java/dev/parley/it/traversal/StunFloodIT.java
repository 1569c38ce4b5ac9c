package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.PathKind;
import dev.parley.it.lab.Flood;
import dev.parley.it.lab.Internet;
import dev.parley.it.lab.Lab;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Memory;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A flood of forged STUN packets at the port of a node that talks with another. */
@ExtendWith(StageExtension.class)
@RequiresLab
@Tag("long")
class StunFloodIT {
  private static final int PER_SECOND = 100_000;
  private static final int SECONDS = 5;
  private static final long MIB = 1 << 20;

  /** What the collector and the kernel's buffers may differ by, from one moment to the next. */
  private static final long HEAP_TOLERANCE = 4 * MIB;

  private static final long RSS_TOLERANCE = 32 * MIB;

  @Test
  void aHundredThousandForgedPacketsASecondDoNotDisturbALink(Stage stage) {
    Lab lab = stage.closeLater(Lab.open());
    Internet internet = Internet.in(lab);
    Site relaySite = internet.host("relay");
    RelayProcess relay =
        RelayProcess.start(
            stage.home("relay").under(relaySite.host().command()),
            relaySite.publicAddress() + ":7800");
    Site aliceSite = internet.host("alice");
    Daemon alice = daemon(stage, "alice", aliceSite, relay);
    Daemon bob = daemon(stage, "bob", internet.host("bob"), relay);
    Site attacker = internet.host("attacker");
    Daemon.introduce(alice, bob);
    Conversation talk = Conversation.begin(alice, bob);
    alice.control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
    int port = alice.port();

    // What is allocated once, is allocated now.
    Flood.begin(attacker.host(), aliceSite.publicAddress(), port, PER_SECOND, 1).sent();
    talk.awaitMore(50);
    Memory before = Memory.of(alice);
    Site.Traffic trafficBefore = aliceSite.traffic();
    Flood flood =
        Flood.begin(attacker.host(), aliceSite.publicAddress(), port, PER_SECOND, SECONDS);
    long sent = flood.sent();
    Site.Traffic traffic = aliceSite.traffic().minus(trafficBefore);
    talk.awaitMore(100);
    Memory after = Memory.of(alice);
    long unexpected = alice.control().status().getDroppedOrDefault("unexpected-stun", 0);
    talk.report("during and after the flood");
    System.out.printf(
        "flood: %d packets a second sent, %d seen by the node; %d bytes in, %d bytes out;"
            + " heap %d → %d KiB, RSS %d → %d KiB%n",
        sent / SECONDS,
        unexpected,
        traffic.in(),
        traffic.out(),
        before.heap() / 1_024,
        after.heap() / 1_024,
        before.rss() / 1_024,
        after.rss() / 1_024);

    assertThat(alice.process().isAlive()).isTrue();
    assertThat(alice.control().pathTo("bob")).isEqualTo(PathKind.PATH_KIND_DIRECT);
    assertThat(bob.control().pathTo("alice")).isEqualTo(PathKind.PATH_KIND_DIRECT);
    assertThat(unexpected).as("seen and counted").isPositive();
    assertThat(traffic.out()).as("bytes out").isLessThan(traffic.in());
    assertThat(after.heap()).as("heap").isLessThan(before.heap() + HEAP_TOLERANCE);
    assertThat(after.rss()).as("RSS").isLessThan(before.rss() + RSS_TOLERANCE);
    talk.verify();
  }

  private static Daemon daemon(Stage stage, String name, Site site, RelayProcess relay) {
    Daemon daemon =
        stage
            .home(name)
            .under(site.host().command())
            .startWith("--listen", "0.0.0.0:0", "--relay", relay.url());
    daemon.control().awaitRelay();
    return daemon;
  }
}
