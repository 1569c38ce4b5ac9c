package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the whole is for: exactly once and in order, whatever ends, crashes or overlaps. */
class NeverLostTest {
  private static final PeerId ALICE = MemoryNetwork.peer(1);
  private static final PeerId BOB = MemoryNetwork.peer(2);

  @TempDir Path directory;

  @Test
  void aMessageTravelsAndIsReadOnTheOtherSide() throws Exception {
    try (MemoryNetwork network = new MemoryNetwork(new Random(1));
        TestNode alice = new TestNode(network, ALICE, directory.resolve("a.db"));
        TestNode bob = new TestNode(network, BOB, directory.resolve("b.db"))) {
      List<MessageState> states = new ArrayList<>();
      TestNode.Collector collector = new TestNode.Collector();
      InboxSubscription subscription = bob.messages.subscribe(ConsumerName.DEFAULT, 10, collector);
      TestNode.get(
          alice.messages.send(
              OutgoingMessage.text(BOB, "hi"),
              status -> {
                synchronized (states) {
                  states.add(status.state());
                }
              }));
      TestNode.await().untilAsserted(() -> assertThat(collector.texts()).containsExactly("hi"));
      TestNode.get(subscription.acknowledge(collector.messages.element().position()));
      TestNode.await()
          .untilAsserted(
              () -> {
                synchronized (states) {
                  assertThat(states)
                      .containsExactly(
                          MessageState.QUEUED,
                          MessageState.SENT,
                          MessageState.DELIVERED,
                          MessageState.READ);
                }
              });
      assertThat(alice.messages.outboxSize(BOB)).isZero();
      assertThat(bob.messages.unread(ConsumerName.DEFAULT)).isZero();
      TestNode.await().untilAsserted(() -> assertThat(alice.links.leased()).isEmpty());
      TestNode.await().untilAsserted(() -> assertThat(bob.links.leased()).isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void linksThatEndAtAnyFrameNeitherLoseNorDoubleNorReorder(long seed) throws Exception {
    try (MemoryNetwork network = new MemoryNetwork(new Random(seed));
        TestNode alice = new TestNode(network, ALICE, directory.resolve("a.db"));
        TestNode bob = new TestNode(network, BOB, directory.resolve("b.db"))) {
      network.cutAtRandom(60, 40);
      sendAll(alice, BOB, 0, 1_500);
      sendAll(bob, ALICE, 0, 1_500);
      requireAll(alice, bob, 1_500, "seed " + seed);
      requireAll(bob, alice, 1_500, "seed " + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void nodesThatAreKilledAndComeBackNeitherLoseNorDoubleNorReorder(long seed) throws Exception {
    Random random = new Random(seed);
    MemoryNetwork network = new MemoryNetwork(new Random(seed));
    TestNode alice = new TestNode(network, ALICE, directory.resolve("a0").resolve("a.db"));
    TestNode bob = new TestNode(network, BOB, directory.resolve("b0").resolve("b.db"));
    try {
      int sent = 0;
      for (int round = 1; round <= 8; round++) {
        network.cutAtRandom(3, 30);
        sendAll(alice, BOB, sent, 150);
        sent += 150;
        if (random.nextBoolean()) {
          alice = alice.crashAndRestart(directory.resolve("a" + round).resolve("a.db"));
        } else {
          bob = bob.crashAndRestart(directory.resolve("b" + round).resolve("b.db"));
        }
      }
      requireAll(alice, bob, sent, "seed " + seed);
    } finally {
      alice.close();
      bob.close();
      network.close();
    }
  }

  @Test
  void twoLinksAtOnceDeliverEveryMessageOnceAndInOrder() throws Exception {
    try (MemoryNetwork network = new MemoryNetwork(new Random(5));
        TestNode alice = new TestNode(network, ALICE, directory.resolve("a.db"));
        TestNode bob = new TestNode(network, BOB, directory.resolve("b.db"))) {
      for (int i = 0; i < 20; i++) {
        List<CompletionStage<MessageId>> sends = new ArrayList<>();
        for (int n = 0; n < 100; n++) {
          sends.add(alice.send(BOB, String.valueOf(i * 100 + n)));
        }
        network.dialAgain(ALICE, BOB);
        for (CompletionStage<MessageId> send : sends) {
          TestNode.get(send);
        }
      }
      requireAll(alice, bob, 2_000, "two links");
    }
  }

  @Test
  void whatWaitedForAnAbsentPeerGoesOutAfterARestart() throws Exception {
    MemoryNetwork network = new MemoryNetwork(new Random(6));
    network.setReachable(false);
    TestNode alice = new TestNode(network, ALICE, directory.resolve("a0").resolve("a.db"));
    sendAll(alice, BOB, 0, 5_000);
    assertThat(alice.messages.outboxSize(BOB)).isEqualTo(5_000);
    alice = alice.crashAndRestart(directory.resolve("a1").resolve("a.db"));
    assertThat(alice.messages.outboxSize(BOB)).isEqualTo(5_000);
    try (TestNode bob = new TestNode(network, BOB, directory.resolve("b.db"))) {
      network.setReachable(true);
      requireAll(alice, bob, 5_000, "after a restart");
    } finally {
      alice.close();
      network.close();
    }
  }

  private static void sendAll(TestNode from, PeerId to, int first, int count) throws Exception {
    List<CompletionStage<MessageId>> sends = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      sends.add(from.send(to, String.valueOf(i)));
    }
    for (CompletionStage<MessageId> send : sends) {
      TestNode.get(send);
    }
  }

  private static void requireAll(TestNode from, TestNode to, int count, String what) {
    TestNode.await()
        .untilAsserted(
            () -> assertThat(from.messages.outboxSize(to.id)).as("waiting, %s", what).isZero());
    assertThat(to.wholeInbox("check"))
        .as("inbox, %s", what)
        .containsExactlyElementsOf(IntStream.range(0, count).mapToObj(String::valueOf).toList());
  }
}
