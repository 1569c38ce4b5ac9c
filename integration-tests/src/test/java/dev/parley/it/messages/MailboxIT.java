package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.MessageState;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Peers who are never there at the same time. */
@ExtendWith(StageExtension.class)
class MailboxIT {
  /** More than a sender leaves at a time, so that the kill comes between two lots. */
  private static final int MESSAGES = 100;

  @Test
  void aMessageIsThereWhenItsRecipientReturnsThoughItsSenderIsGone(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").with("PARLEY_LOG", "debug").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    meet(alice, bob);
    bob.stop();
    alice.control().send("bob", "for when you are back", MessageState.MESSAGE_STATE_QUEUED);
    awaitLog(alice, "rests at");
    alice.stop();

    bob.restart();
    long begun = System.nanoTime();
    List<String> texts = Inbox.texts(bob.control().inbox("").readUntil("for when you are back"));
    System.out.printf(
        "MailboxIT: from `parleyd ready` to the message from the mailbox: %d ms%n",
        Duration.ofNanos(System.nanoTime() - begun).toMillis());
    assertThat(texts).containsExactly("hello", "for when you are back");

    // The sender, back in turn, hears of it over the link and has nothing left to send.
    alice.restart();
    alice.control().send("bob", "did you get it?", MessageState.MESSAGE_STATE_DELIVERED);
    assertThat(Inbox.texts(bob.control().inbox("").read(1))).containsExactly("did you get it?");
  }

  @Test
  void noMessageIsLostOrDoubledWhenTheRelayIsKilledAmidDeposits(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").with("PARLEY_LOG", "debug").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    meet(alice, bob);
    bob.stop();
    List<String> expected = new ArrayList<>(List.of("hello"));
    for (int i = 0; i < MESSAGES; i++) {
      String text = "message " + i;
      alice.control().send("bob", text, MessageState.MESSAGE_STATE_QUEUED);
      expected.add(text);
    }
    awaitLog(alice, "rests at");
    relay.kill();
    relay.restart();
    String end = alice.control().send("bob", "the end", MessageState.MESSAGE_STATE_QUEUED);
    expected.add("the end");
    awaitLog(alice, "message " + end + " rests at");
    alice.kill();

    bob.restart();
    assertThat(Inbox.texts(bob.control().inbox("").readUntil("the end")))
        .as("exactly once and in order")
        .isEqualTo(expected);
  }

  /** A link in both directions, over which each has handed the other its token. */
  private static void meet(Daemon alice, Daemon bob) {
    Daemon.introduceWithoutAddresses(alice, bob);
    alice.control().send("bob", "hello", MessageState.MESSAGE_STATE_DELIVERED);
    awaitLog(bob, "may leave mail at");
    awaitLog(alice, "lets us leave mail");
  }

  private static void awaitLog(Daemon daemon, String text) {
    Awaitility.await(daemon.name() + " logs '" + text + "'")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> daemon.process().err().contains(text));
  }
}
