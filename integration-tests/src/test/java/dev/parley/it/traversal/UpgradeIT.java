package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.PathKind;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.nat.NatKind;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nobody notices that a link moves: messages are sent all the time while it does. */
@ExtendWith(StageExtension.class)
@RequiresLab
class UpgradeIT {
  private static final Duration SEND_EVERY = Duration.ofMillis(5);
  private static final int MESSAGES = 2_000;
  private static final int FLIPS = 10;
  private static final int BETWEEN_FLIPS = 150;

  @Test
  void twoThousandMessagesArriveInOrderDuringTheUpgradeAndTenFlips(Stage stage) {
    Town town = Town.build(stage);
    List<Daemon> daemons =
        Town.together(
            List.of(
                () -> town.daemon("alice", site(town, "alice")),
                () -> town.daemon("bob", site(town, "bob"))));
    Daemon alice = daemons.get(0);
    Daemon bob = daemons.get(1);
    Daemon.introduceWithoutAddresses(alice, bob);

    // From the very first: the link comes to be over the relay, and is upgraded meanwhile.
    Conversation talk = Conversation.begin(alice, bob, SEND_EVERY);
    alice.control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
    bob.control().awaitPath("alice", PathKind.PATH_KIND_DIRECT);
    talk.awaitMore(BETWEEN_FLIPS);
    talk.lap("upgrade from the relay to a direct path");

    for (int flip = 0; flip < FLIPS; flip++) {
      PathKind kind = flip % 2 == 0 ? PathKind.PATH_KIND_RELAY : PathKind.PATH_KIND_DIRECT;
      alice.control().pin("bob", kind);
      bob.control().pin("alice", kind);
      talk.awaitMore(BETWEEN_FLIPS);
    }
    talk.lap(FLIPS + " forced flips");
    talk.awaitAll(MESSAGES);
    talk.verify();
    assertThat(talk.ways()).contains(PathKind.PATH_KIND_RELAY, PathKind.PATH_KIND_DIRECT);
  }

  private static Site site(Town town, String name) {
    return Site.build(town.internet(), NatKind.PORT_RESTRICTED, name);
  }
}
