package dev.parley.it.bench;

import dev.parley.control.v1.MessageState;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A message that was left at a relay by somebody who is gone, until a program of its recipient has
 * it. The recipient is back when it says that it is ready; its relay it reaches after that.
 */
final class MailToInbox {
  private static final int TIMES = 7;

  private MailToInbox() {}

  static List<Measured> measure(Stage stage) {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").with("PARLEY_LOG", "debug").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduceWithoutAddresses(alice, bob);
    alice.control().send("bob", "hello", MessageState.MESSAGE_STATE_DELIVERED);
    awaitLog(bob, "may leave mail at");
    awaitLog(alice, "lets us leave mail");
    Samples samples = new Samples();
    for (int i = 0; i < TIMES; i++) {
      String text = "for when you are back " + i;
      bob.stop();
      alice.control().send("bob", text, MessageState.MESSAGE_STATE_QUEUED);
      awaitLog(alice, "rests at");
      alice.stop();
      bob.restart();
      long start = System.nanoTime();
      bob.control().inbox("").readUntil(text);
      samples.add(System.nanoTime() - start);
      alice.restart();
    }
    return List.of(
        Measured.atMost(
            "recipient back until its program has mail whose sender is gone, median of " + TIMES,
            2_000,
            samples.median(),
            "ms"));
  }

  private static void awaitLog(Daemon daemon, String text) {
    Awaitility.await(daemon.name() + " logs '" + text + "'")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> daemon.process().err().contains(text));
  }
}
