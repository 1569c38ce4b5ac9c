package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.nat.NatKind;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two who are behind a NAT each, and 40 ms from their relay. */
@ExtendWith(StageExtension.class)
@RequiresLab
@Tag("long")
class PairingBehindNatsIT {
  @Test
  void aCodeWorksThroughTwoNats(Stage stage) {
    Town town = Town.build(stage);
    List<Daemon> daemons =
        Town.together(
            List.of(
                () -> town.daemon("alice", site(town, "alice")),
                () -> town.daemon("bob", site(town, "bob"))));
    Daemon alice = daemons.get(0);
    Daemon bob = daemons.get(1);
    Running inviting = alice.home().launchParley("invite", "--json", "--as", "alice");
    String line = "{\"code\":" + inviting.awaitLine("{\"code\":");
    String code = JsonParser.parseString(line).getAsJsonObject().get("code").getAsString();
    long begun = System.nanoTime();
    assertThat(bob.home().parley("accept", code, "--as", "bob", "--json").succeeds().out())
        .contains(alice.peerId());
    System.out.printf(
        "PairingBehindNatsIT: `parley accept` from its start to its end: %d ms%n",
        Duration.ofNanos(System.nanoTime() - begun).toMillis());
    assertThat(inviting.awaitEnd()).isZero();
    assertThat(inviting.out()).contains(bob.peerId());
  }

  private static Site site(Town town, String name) {
    return Site.build(town.internet(), NatKind.SYMMETRIC, name);
  }
}
