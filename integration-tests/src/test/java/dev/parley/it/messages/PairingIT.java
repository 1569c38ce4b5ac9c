package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.parley.control.v1.MessageState;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pairing by the commands that two people type. */
@ExtendWith(StageExtension.class)
class PairingIT {
  @Test
  void twoPeopleBecomeContactsByACodeAndWriteToEachOther(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    alice.control().awaitRelay();
    bob.control().awaitRelay();

    Running inviting = alice.home().launchParley("invite", "--json", "--as", "alice");
    String code = code(inviting);
    long begun = System.nanoTime();
    JsonObject paired =
        bob.home().parley("accept", code, "--as", "bob", "--json").succeeds().json();
    System.out.printf(
        "PairingIT: `parley accept` from its start to its end: %d ms%n",
        Duration.ofNanos(System.nanoTime() - begun).toMillis());
    assertThat(paired.get("peerId").getAsString()).isEqualTo(alice.peerId());
    assertThat(paired.get("peerName").getAsString()).isEqualTo("alice");
    assertThat(inviting.awaitEnd()).isZero();
    assertThat(inviting.out()).contains("\"peerName\":\"bob\",\"verified\":true");
    assertThat(bob.home().parley("contact", "ls", "--json").succeeds().json().get("verified"))
        .hasToString("true");

    alice.control().send("bob", "it works", MessageState.MESSAGE_STATE_DELIVERED);
    assertThat(Inbox.texts(bob.control().inbox("").read(1))).containsExactly("it works");
  }

  @Test
  void aWrongCodeIsRefusedAndKillsTheRightOne(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    alice.control().awaitRelay();
    bob.control().awaitRelay();

    Running inviting = alice.home().launchParley("invite", "--json");
    String code = code(inviting);
    String wrong = code.substring(0, code.indexOf('-')) + "-abacus-abacus";
    assertThat(bob.home().parley("accept", wrong + "q", "--json").err()).contains("\"bad-code\"");
    assertThat(bob.home().parley("accept", wrong, "--json").err()).contains("\"wrong-code\"");
    assertThat(inviting.awaitEnd()).isEqualTo(1);
    assertThat(inviting.err()).contains("\"wrong-code\"");
    assertThat(bob.home().parley("accept", code, "--json").err())
        .contains("\"no-such-invitation\"");
  }

  private static String code(Running inviting) {
    String rest = inviting.awaitLine("{\"code\":");
    return JsonParser.parseString("{\"code\":" + rest).getAsJsonObject().get("code").getAsString();
  }
}
