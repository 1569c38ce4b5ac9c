package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.PathKind;
import dev.parley.it.lab.Lab;
import dev.parley.it.lab.Namespace;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Star;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two homes and a relay on one machine, by the commands that a user types. */
@ExtendWith(StageExtension.class)
class TwoNodesIT {

  @Test
  void aMessageIsDeliveredAndReadWordForWord(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    String ticket = bob.home().parley("id", "--json").succeeds().json().get("ticket").getAsString();
    alice.home().parley("contact", "add", "bob", ticket).succeeds();

    JsonObject sent =
        alice
            .home()
            .parley("send", "bob", "hi ✓", "--wait", "delivered", "--json")
            .succeeds()
            .json();
    assertThat(sent.get("state").getAsString()).isEqualTo("delivered");
    JsonObject received = bob.home().parley("recv", "--json").succeeds().json();
    assertThat(received.get("text").getAsString()).isEqualTo("hi ✓");
    assertThat(received.get("messageId")).isEqualTo(sent.get("messageId"));
    assertThat(received.get("peerId").getAsString()).isEqualTo(alice.peerId());

    bob.home().parley("recv", "--timeout", "100ms").exits(5);
  }

  @Test
  void aSenderThatWaitsLearnsThatTheMessageWasRead(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduce(alice, bob);

    Running send =
        alice.home().launchParley("send", "bob", "read me", "--wait", "read", "--timeout", "60s");
    bob.home().parley("recv", "--count", "1", "--timeout", "60s").succeeds();
    assertThat(send.awaitEnd()).as(send.err()).isZero();
    assertThat(send.out()).startsWith("read in ");
  }

  @Test
  void standardInputIsSentAsItIsAndAReplyFindsItsWayBack(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduce(alice, bob);

    String text = "two\nlines \"and\" a \\ and ünïcödé";
    alice
        .home()
        .parleyReading(text.getBytes(StandardCharsets.UTF_8), "send", "bob", "-", "--json")
        .succeeds();
    JsonObject received = bob.home().parley("recv", "--count", "1", "--json").succeeds().json();
    assertThat(received.get("text").getAsString()).isEqualTo(text);
    assertThat(received.get("peerName").getAsString()).isEqualTo("alice");

    bob.home().parley("send", "alice", "and back", "--wait", "delivered").succeeds();
    assertThat(alice.home().parley("recv").succeeds().out()).endsWith("bob: and back\n");
  }

  @Test
  void withoutARelayTheAddressesInTheTicketAreEnough(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduce(alice, bob);
    relay.kill();

    JsonObject sent =
        alice.home().parley("send", "bob", "hi", "--wait", "delivered", "--json").succeeds().json();
    assertThat(sent.get("state").getAsString()).isEqualTo("delivered");
    JsonObject received = bob.home().parley("recv", "--json").succeeds().json();
    assertThat(received.get("text").getAsString()).isEqualTo("hi");
    assertThat(received.get("path").getAsString()).isEqualTo("direct");
  }

  @Test
  void alreadyConnectedNodesGoOnWhenTheRelayDies(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduceWithoutAddresses(alice, bob);
    alice.home().parley("ping", "bob", "--until-direct", "--timeout", "30s").succeeds();
    bob.control().awaitPath("alice", PathKind.PATH_KIND_DIRECT);
    relay.kill();

    alice.control().send("bob", "without you", MessageState.MESSAGE_STATE_DELIVERED);
    assertThat(Inbox.texts(bob.control().inbox("").read(1))).containsExactly("without you");
  }

  @Test
  @RequiresLab
  void whereDirectPacketsAreDroppedItWorksOverTheRelay(Stage stage) {
    try (Lab lab = Lab.open()) {
      Star star = Star.build(lab, 2);
      Namespace hub = star.hub();
      star.separateLeaves();
      RelayProcess relay =
          RelayProcess.start(
              stage.home("relay").under(hub.command()), star.hubAddress(0) + ":7800");
      Daemon alice = start(stage, star, 0, "alice", relay);
      Daemon bob = start(stage, star, 1, "bob", relay);
      Daemon.introduce(alice, bob);

      alice
          .home()
          .parley("send", "bob", "hi", "--wait", "delivered", "--timeout", "60s")
          .succeeds();
      JsonObject received = bob.home().parley("recv", "--json").succeeds().json();
      assertThat(received.get("text").getAsString()).isEqualTo("hi");
      assertThat(received.get("path").getAsString()).isEqualTo("relay");
      assertThat(alice.control().pathTo("bob")).isEqualTo(PathKind.PATH_KIND_RELAY);

      star.unblock();
      alice.control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
      bob.control().awaitPath("alice", PathKind.PATH_KIND_DIRECT);
      star.separateLeaves();
      alice.control().awaitPath("bob", PathKind.PATH_KIND_RELAY);
      alice.control().send("bob", "blocked again", MessageState.MESSAGE_STATE_DELIVERED);
    }
  }

  private static Daemon start(Stage stage, Star star, int leaf, String name, RelayProcess relay) {
    return stage
        .home(name)
        .under(star.leaf(leaf).command())
        .startWith("--listen", "0.0.0.0:0", "--relay", relay.url());
  }
}
