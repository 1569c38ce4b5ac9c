package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.messaging.MessageStore.PageLimit;
import dev.parley.messaging.TestNode.Collector;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubscriptionTest {
  private static final PeerId BOB = MemoryNetwork.peer(2);
  private static final ConsumerName APP = new ConsumerName("app");

  @TempDir Path directory;

  @Test
  void aMessageThatAPageBringsBeforeItsCommitIsToldComesOnce() throws Exception {
    MemoryNetwork network = new MemoryNetwork(new Random(1));
    FaultyDisk disk = FaultyDisk.holding("appendInbox");
    try (TestNode alice = new TestNode(network, MemoryNetwork.peer(1), directory.resolve("a.db"))) {
      Path file = directory.resolve("b0").resolve("b.db");
      TestNode first = new TestNode(network, BOB, file);
      TestNode.get(alice.send(BOB, "1"));
      TestNode.await().until(() -> first.messages.unread(APP) == 1);
      TestNode.Setup holding =
          new TestNode.Setup(TestNode.ROOMY, peer -> true, store -> disk.over(store));
      network.crash(first.links);
      first.close();
      try (TestNode bob = new TestNode(network, BOB, file, holding)) {
        TestNode.get(alice.send(BOB, "2"));
        TestNode.await().until(() -> onDisk(bob) == 2);
        Collector collector = new Collector();
        try (InboxSubscription unused = bob.messages.subscribe(APP, 10, collector)) {
          TestNode.await()
              .untilAsserted(() -> assertThat(collector.texts()).containsExactly("1", "2"));
          disk.release();
          TestNode.get(alice.send(BOB, "3"));
          TestNode.await().untilAsserted(() -> assertThat(collector.texts()).contains("3"));
          assertThat(collector.texts()).containsExactly("1", "2", "3");
        }
      }
    } finally {
      network.close();
    }
  }

  private static int onDisk(TestNode node) throws Exception {
    return TestNode.get(node.store.messages().readInbox(APP, 0, new PageLimit(10, 1_000_000)))
        .messages()
        .size();
  }
}
