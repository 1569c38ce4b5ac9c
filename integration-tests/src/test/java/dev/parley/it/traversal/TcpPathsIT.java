package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.PathKind;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.nat.NatKind;
import dev.parley.it.nat.Outcome;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A daemon whose network drops UDP and one that can be reached by TCP, 40 ms apart. */
@ExtendWith(StageExtension.class)
@RequiresLab
class TcpPathsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void messagesGoOnWhileAConnectionIsBrokenOffAndWhileOneVanishes(Stage stage) {
    Town town = Town.build(stage);
    Site aliceSite = Site.build(town.internet(), NatKind.UDP_BLOCKED, "alice");
    Site bobSite = Site.build(town.internet(), NatKind.FULL_CONE, "bob");
    List<Daemon> daemons =
        Town.together(
            List.of(() -> town.daemon("alice", aliceSite), () -> town.daemon("bob", bobSite)));
    Daemon alice = daemons.get(0);
    Meeting meeting = Meeting.begin(alice, daemons.get(1));
    assertThat(meeting.awaitDirect(PATIENCE)).isTrue();
    assertThat(meeting.outcome()).isEqualTo(Outcome.DIRECT_TCP);
    System.out.println("direct over TCP after " + meeting.directMillis() + " ms");
    assertThat(alice.home().parley("ping", "bob", "--json").succeeds().json())
        .satisfies(
            reply -> {
              assertThat(reply.get("path").getAsString()).isEqualTo("direct");
              assertThat(reply.get("transport").getAsString()).isEqualTo("tcp");
              assertThat(reply.get("remote").getAsString()).startsWith(bobSite.publicAddress());
            });

    Conversation talk = Conversation.begin(alice, daemons.get(1));
    aliceSite.breakTcpExcept(Town.RELAY_PORT);
    comeBack(aliceSite, alice, talk, "TCP connection reset");
    aliceSite.swallowTcpExcept(Town.RELAY_PORT);
    comeBack(aliceSite, alice, talk, "TCP connection gone silent");
    talk.verify();
  }

  private static void comeBack(Site site, Daemon alice, Conversation talk, String what) {
    alice.control().awaitPath("bob", PathKind.PATH_KIND_RELAY);
    talk.awaitRecovery(what);
    site.letTcpPass();
    alice.control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
    talk.lap("direct over TCP again after: " + what);
  }
}
