package dev.parley.it.faults;

import dev.parley.it.faults.agent.FaultPoint;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * carol is away, and what alice and bob write to her is left at the relay. Then they are gone, and
 * she comes back.
 */
final class Absence {
  private static final List<String> SENDERS = List.of("alice", "bob");

  /** Letters of each sender, so that each has left what it accepted before it goes. */
  private static final int SOME_LETTERS = 5;

  private final World world;

  private Absence(World world) {
    this.world = world;
  }

  /** Returns when mail lies at the relay. */
  static Absence begin(World world) {
    new Fault.Kill(world.victim("carol")).begin();
    for (String sender : SENDERS) {
      int before = world.passed(sender, FaultPoint.LETTER_LEFT);
      Awaitility.await(sender + " leaves mail for carol")
          .atMost(World.PATIENCE)
          .until(() -> world.passed(sender, FaultPoint.LETTER_LEFT) >= before + SOME_LETTERS);
    }
    return new Absence(world);
  }

  /**
   * The senders go before she comes. Returns how long after she served the first message from the
   * mailbox was in her inbox.
   */
  Duration endWithSendersGone() {
    SENDERS.forEach(name -> new Fault.Kill(world.victim(name)).begin());
    int before = world.model().receivedBy("carol");
    world.victim("carol").restart();
    long ready = System.nanoTime();
    Awaitility.await("carol has mail whose senders are gone")
        .atMost(World.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> world.model().receivedBy("carol") >= before + SOME_LETTERS);
    Duration took = Duration.ofNanos(System.nanoTime() - ready);
    SENDERS.forEach(name -> world.victim(name).restart());
    return took;
  }
}
