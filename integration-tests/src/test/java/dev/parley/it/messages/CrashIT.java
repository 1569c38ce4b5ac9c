package dev.parley.it.messages;

import dev.parley.it.process.Daemon;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** kill -9 of the receiver amid 500 sends, then of the sender. Ten rounds. */
@ExtendWith(StageExtension.class)
class CrashIT {
  private static final int ROUNDS = 10;
  private static final int MESSAGES = 500;

  @Test
  void fiveHundredMessagesArriveOnceAndInOrderThoughBothSidesAreKilled(Stage stage) {
    long seed = Long.getLong("crash.seed", System.nanoTime());
    System.out.println("CrashIT: again with -Dcrash.seed=" + seed);
    Random random = new Random(seed);
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduce(alice, bob);
    for (int round = 0; round < ROUNDS; round++) {
      Traffic traffic = new Traffic("seed " + seed + " round " + round, "bob");
      int killBob = 1 + random.nextInt(MESSAGES / 2);
      int killAlice = killBob + 1 + random.nextInt(MESSAGES - killBob - 1);

      sendUntil(killBob, traffic, alice);
      bob.kill();
      CompletableFuture<Void> bobIsBack = CompletableFuture.runAsync(bob::restart);
      sendUntil(killAlice, traffic, alice);
      CompletableFuture<Void> aliceIsDead = CompletableFuture.runAsync(alice.process()::kill);
      while (traffic.send(alice.control())) {
        // The kill comes while the daemon takes messages: at which is the machine's choice.
      }
      aliceIsDead.join();
      alice.close();
      alice.restart();
      sendUntil(MESSAGES, traffic, alice);

      bobIsBack.join();
      Inbox inbox = bob.control().inbox("");
      traffic.verify(alice.control(), inbox);
      inbox.finish();
    }
  }

  private static void sendUntil(int count, Traffic traffic, Daemon sender) {
    while (traffic.count() < count) {
      if (!traffic.send(sender.control())) {
        throw new AssertionError("the sender refused message " + traffic.count());
      }
    }
  }
}
