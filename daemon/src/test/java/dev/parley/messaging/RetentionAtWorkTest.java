package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.NodeConfig;
import dev.parley.config.NodeConfig.MessageLimits;
import dev.parley.proto.id.PeerId;
import dev.parley.store.Store;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionAtWorkTest {
  private static final PeerId BOB = MemoryNetwork.peer(2);
  private static final ConsumerName FAST = new ConsumerName("fast");
  private static final ConsumerName SLOW = new ConsumerName("slow");
  private static final int KEPT = 10;

  @TempDir Path directory;

  @Test
  void whatIsTooMuchGoesByItselfAndTheSlowConsumerHearsOfIt() throws Exception {
    try (MemoryNetwork network = new MemoryNetwork(new Random(1));
        TestNode alice = new TestNode(network, MemoryNetwork.peer(1), directory.resolve("a.db"));
        Store store = Store.open(directory.resolve("b.db"), Clock.systemUTC());
        HastyTimers timers = new HastyTimers();
        Messaging bob = start(network, store, timers)) {
      // Known before anything comes, so that it has something to lose.
      bob.subscribe(SLOW, 1, new TestNode.Collector()).close();
      TestNode.Collector fast = new TestNode.Collector();
      InboxSubscription reading = bob.subscribe(FAST, 2_000, fast);
      for (int i = 1; i <= 1_000; i++) {
        TestNode.get(alice.send(BOB, "message"));
      }
      TestNode.await().untilAsserted(() -> assertThat(fast.messages).hasSize(1_000));
      assertThat(bob.unread(SLOW)).isEqualTo(1_000);
      List<ReceivedMessage> all = List.copyOf(fast.messages);
      TestNode.get(reading.acknowledge(all.get(999).position()));
      TestNode.await().untilAsserted(() -> assertThat(bob.unread(SLOW)).isEqualTo(KEPT));
      TestNode.Collector slow = new TestNode.Collector();
      try (InboxSubscription unused = bob.subscribe(SLOW, 2_000, slow)) {
        TestNode.await().untilAsserted(() -> assertThat(slow.messages).hasSize(KEPT));
        assertThat(slow.gaps).extracting(InboxGap::count).containsExactly(1_000L - KEPT);
      }
      assertThat(TestNode.get(bob.history(HistoryQuery.newest(1_000))).messages()).hasSize(KEPT);
    }
  }

  private static Messaging start(MemoryNetwork network, Store store, HastyTimers timers)
      throws Exception {
    long bytes = KEPT * ("message".length() + 256L);
    MessageLimits limits =
        new MessageLimits(10_000, 10_000, 10_000, true, new NodeConfig.Retention(0, bytes));
    return Messaging.start(
        store.messages(),
        network.join(BOB),
        new Messaging.Rules(limits, peer -> true),
        new Messaging.Environment(Clock.systemUTC(), new SecureRandom(), timers));
  }

  /** A minute takes six milliseconds. */
  private static final class HastyTimers extends ScheduledThreadPoolExecutor
      implements AutoCloseable {
    HastyTimers() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      return super.schedule(task, unit.toNanos(delay) / 10_000, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
      shutdownNow();
    }
  }
}
