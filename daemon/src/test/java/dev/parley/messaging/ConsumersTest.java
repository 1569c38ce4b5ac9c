package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.messaging.TestNode.Collector;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsumersTest {
  private static final PeerId BOB = MemoryNetwork.peer(2);
  private static final ConsumerName APP = new ConsumerName("app");

  @TempDir Path directory;
  private MemoryNetwork network;
  private TestNode alice;
  private TestNode bob;

  @BeforeEach
  void start() throws Exception {
    network = new MemoryNetwork(new Random(1));
    alice = new TestNode(network, MemoryNetwork.peer(1), directory.resolve("a.db"));
    bob = new TestNode(network, BOB, directory.resolve("b0").resolve("b.db"));
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    network.close();
  }

  @Test
  void whatWasNotAcknowledgedComesAgainMarkedAsRedelivered() throws Exception {
    deliver(1, 3);
    Collector first = new Collector();
    InboxSubscription subscription = bob.messages.subscribe(APP, 10, first);
    TestNode.await().untilAsserted(() -> assertThat(first.messages).hasSize(3));
    assertThat(first.messages).noneMatch(ReceivedMessage::redelivered);
    TestNode.get(subscription.acknowledge(first.messages.element().position()));
    subscription.close();
    Collector second = new Collector();
    try (InboxSubscription again = bob.messages.subscribe(APP, 10, second)) {
      TestNode.await().untilAsserted(() -> assertThat(second.texts()).containsExactly("2", "3"));
      assertThat(second.messages).allMatch(ReceivedMessage::redelivered);
      assertThat(first.ended).isNotEmpty();
      assertThat(again).isNotSameAs(subscription);
    }
  }

  @Test
  void whatWasHandedOverJustBeforeACleanEndIsMarkedWhenItComesAgain() throws Exception {
    deliver(1, 3);
    Collector before = new Collector();
    bob.messages.subscribe(APP, 10, before);
    TestNode.await().untilAsserted(() -> assertThat(before.messages).hasSize(3));
    bob = bob.restart();
    Collector after = new Collector();
    try (InboxSubscription unused = bob.messages.subscribe(APP, 10, after)) {
      TestNode.await().untilAsserted(() -> assertThat(after.messages).hasSize(3));
      assertThat(after.messages).allMatch(ReceivedMessage::redelivered);
    }
  }

  @Test
  void aListenerHasItsSubscriptionBeforeItHearsAnything() throws Exception {
    deliver(1, 3);
    List<String> heard = new CopyOnWriteArrayList<>();
    InboxListener listener =
        new InboxListener() {
          private InboxSubscription inbox;

          @Override
          public void onSubscribed(InboxSubscription subscription) {
            heard.add("subscribed");
            inbox = subscription;
          }

          @Override
          public void onMessage(ReceivedMessage message) {
            heard.add(message.body().toStringUtf8());
            inbox.acknowledgeOne(message.position());
          }
        };
    try (InboxSubscription unused = bob.messages.subscribe(APP, 10, listener)) {
      TestNode.await().untilAsserted(() -> assertThat(bob.messages.unread(APP)).isZero());
      assertThat(heard).containsExactly("subscribed", "1", "2", "3");
    }
  }

  @Test
  void theCursorAndTheCountsSurviveACrash() throws Exception {
    deliver(1, 5);
    Collector before = new Collector();
    InboxSubscription subscription = bob.messages.subscribe(APP, 10, before);
    TestNode.await().untilAsserted(() -> assertThat(before.messages).hasSize(5));
    TestNode.get(subscription.acknowledge(List.copyOf(before.messages).get(2).position()));
    bob = bob.crashAndRestart(directory.resolve("b1").resolve("b.db"));
    assertThat(bob.messages.unread(APP)).isEqualTo(2);
    assertThat(bob.messages.unread(APP, alice.id)).isEqualTo(2);
    assertThat(bob.messages.unread(ConsumerName.DEFAULT)).isEqualTo(5);
    Collector after = new Collector();
    try (InboxSubscription unused = bob.messages.subscribe(APP, 10, after)) {
      TestNode.await().untilAsserted(() -> assertThat(after.texts()).containsExactly("4", "5"));
    }
  }

  @Test
  void aSlowConsumerHoldsNoMoreThanItsWindow() throws Exception {
    Collector collector = new Collector();
    try (InboxSubscription subscription = bob.messages.subscribe(APP, 10, collector)) {
      deliver(1, 1_000);
      TestNode.await().untilAsserted(() -> assertThat(bob.messages.unread(APP)).isEqualTo(1_000));
      TestNode.await().untilAsserted(() -> assertThat(collector.messages).hasSize(10));
      for (int handled = 10; handled <= 1_000; handled += 10) {
        int expected = handled;
        TestNode.await().untilAsserted(() -> assertThat(collector.messages).hasSize(expected));
        List<ReceivedMessage> all = List.copyOf(collector.messages);
        TestNode.get(subscription.acknowledge(all.get(all.size() - 1).position()));
      }
      assertThat(collector.messages).hasSize(1_000);
      assertThat(bob.messages.unread(APP)).isZero();
    }
  }

  @Test
  void aNewerSubscriptionEndsTheOlder() {
    Collector older = new Collector();
    Collector newer = new Collector();
    InboxSubscription first = bob.messages.subscribe(APP, 10, older);
    InboxSubscription second = bob.messages.subscribe(APP, 10, newer);
    TestNode.await().untilAsserted(() -> assertThat(older.ended).contains("taken over"));
    first.close();
    TestNode.await().untilAsserted(() -> assertThat(newer.caughtUp).isTrue());
    assertThat(newer.ended).isEmpty();
    second.close();
  }

  @Test
  void whatWasNeverHandedOverCannotBeAcknowledged() throws Exception {
    deliver(1, 2);
    Collector collector = new Collector();
    try (InboxSubscription subscription = bob.messages.subscribe(APP, 1, collector)) {
      TestNode.await().untilAsserted(() -> assertThat(collector.messages).hasSize(1));
      assertThatThrownBy(() -> TestNode.get(subscription.acknowledge(Long.MAX_VALUE)))
          .hasCauseInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("never handed");
      assertThat(bob.messages.unread(APP)).isEqualTo(2);
    }
  }

  @Test
  void theFirstConsumerToReadTellsTheAuthorAndTheSecondDoesNotRepeatIt() throws Exception {
    List<MessageState> states = new CopyOnWriteArrayList<>();
    TestNode.get(
        alice.messages.send(OutgoingMessage.text(BOB, "1"), status -> states.add(status.state())));
    for (String name : List.of("one", "two")) {
      Collector collector = new Collector();
      try (InboxSubscription subscription =
          bob.messages.subscribe(new ConsumerName(name), 10, collector)) {
        TestNode.await().untilAsserted(() -> assertThat(collector.messages).hasSize(1));
        TestNode.get(subscription.acknowledge(collector.messages.element().position()));
        TestNode.await().untilAsserted(() -> assertThat(states).endsWith(MessageState.READ));
      }
    }
    assertThat(states).containsOnlyOnce(MessageState.READ);
  }

  @Test
  void aReceiptWaitsOnDiskForItsAuthorToComeBack() throws Exception {
    deliver(1, 2_000);
    network.setReachable(false);
    Collector collector = new Collector();
    InboxSubscription subscription = bob.messages.subscribe(APP, 5_000, collector);
    TestNode.await().untilAsserted(() -> assertThat(collector.messages).hasSize(2_000));
    List<ReceivedMessage> all = List.copyOf(collector.messages);
    TestNode.get(subscription.acknowledge(all.get(1_999).position()));
    bob = bob.crashAndRestart(directory.resolve("b1").resolve("b.db"));
    TestNode.await().untilAsserted(() -> assertThat(bob.links.leased()).contains(alice.id));
    network.setReachable(true);
    TestNode.await().untilAsserted(() -> assertThat(bob.links.leased()).isEmpty());
    TestNode.await()
        .untilAsserted(
            () -> assertThat(TestNode.get(bob.store.messages().load()).receiptsDue()).isEmpty());
  }

  @Test
  void aListenerThatThrowsEndsItsSubscriptionOnly() throws Exception {
    Collector collector = new Collector();
    InboxSubscription bad =
        bob.messages.subscribe(
            new ConsumerName("bad"),
            10,
            message -> {
              throw new IllegalStateException("a bug in an app");
            });
    try (InboxSubscription unused = bob.messages.subscribe(APP, 10, collector)) {
      deliver(1, 2);
      TestNode.await().untilAsserted(() -> assertThat(collector.texts()).containsExactly("1", "2"));
    }
    bad.close();
  }

  @Test
  void thereIsAMostConsumersThatAreKept() {
    for (int i = 0; i < Consumers.MAX_CONSUMERS; i++) {
      Collector collector = new Collector();
      InboxSubscription subscription =
          bob.messages.subscribe(new ConsumerName("c" + i), 1, collector);
      TestNode.await()
          .untilAsserted(
              () -> assertThat(collector.caughtUp || !collector.ended.isEmpty()).isTrue());
      subscription.close();
    }
    Collector collector = new Collector();
    InboxSubscription unused = bob.messages.subscribe(new ConsumerName("more"), 1, collector);
    TestNode.await().untilAsserted(() -> assertThat(collector.ended).contains("most there can be"));
  }

  @Test
  void whatWasAcknowledgedSinglyDoesNotComeAgainThoughSomethingBeforeItDoes() throws Exception {
    deliver(1, 6);
    Collector first = new Collector();
    InboxSubscription subscription = bob.messages.subscribe(APP, 10, first);
    TestNode.await().untilAsserted(() -> assertThat(first.messages).hasSize(6));
    List<ReceivedMessage> all = List.copyOf(first.messages);
    for (int handled : new int[] {1, 3, 4}) {
      TestNode.get(subscription.acknowledgeOne(all.get(handled).position()));
    }
    assertThat(bob.messages.unread(APP)).isEqualTo(3);
    bob = bob.crashAndRestart(directory.resolve("b1").resolve("b.db"));
    assertThat(bob.messages.unread(APP)).isEqualTo(3);
    Collector second = new Collector();
    InboxSubscription again = bob.messages.subscribe(APP, 10, second);
    TestNode.await().untilAsserted(() -> assertThat(second.texts()).containsExactly("1", "3", "6"));
    TestNode.get(again.acknowledgeOne(all.get(0).position()));
    TestNode.get(again.acknowledge(all.get(2).position()));
    Collector third = new Collector();
    try (InboxSubscription unused = bob.messages.subscribe(APP, 10, third)) {
      TestNode.await().untilAsserted(() -> assertThat(third.texts()).containsExactly("6"));
      assertThat(third.messages).allMatch(ReceivedMessage::redelivered);
    }
    assertThat(bob.messages.unread(ConsumerName.DEFAULT)).as("others are independent").isEqualTo(6);
  }

  @Test
  void singleAcknowledgementsAreBoundedAndTheOldestMessageComesAlways() throws Exception {
    int count = InboxSubscription.MAX_SINGLE + 100;
    deliver(1, count);
    Collector first = new Collector();
    InboxSubscription subscription = bob.messages.subscribe(APP, 64, first);
    int acknowledged = 1;
    while (acknowledged < InboxSubscription.MAX_SINGLE) {
      int seen = acknowledged;
      TestNode.await().untilAsserted(() -> assertThat(first.messages.size()).isGreaterThan(seen));
      List<ReceivedMessage> all = List.copyOf(first.messages);
      for (ReceivedMessage message : all.subList(acknowledged, all.size())) {
        TestNode.get(subscription.acknowledgeOne(message.position()));
      }
      acknowledged = all.size();
    }
    assertThat(first.messages).hasSize(InboxSubscription.MAX_SINGLE);
    Collector second = new Collector();
    InboxSubscription again = bob.messages.subscribe(APP, 64, second);
    TestNode.await().untilAsserted(() -> assertThat(second.texts()).startsWith("1"));
    TestNode.get(again.acknowledgeOne(second.messages.element().position()));
    TestNode.await().untilAsserted(() -> assertThat(second.messages).hasSize(65));
    assertThat(second.texts().get(1)).isEqualTo(String.valueOf(InboxSubscription.MAX_SINGLE + 1));
  }

  @Test
  void aConsumerThatRetentionHasOvertakenHearsOfTheGapAndThenOfTheRest() throws Exception {
    Collector fast = new Collector();
    InboxSubscription reading = bob.messages.subscribe(APP, 100, fast);
    deliver(1, 10);
    TestNode.await().untilAsserted(() -> assertThat(fast.messages).hasSize(10));
    TestNode.get(reading.acknowledge(List.copyOf(fast.messages).get(6).position()));
    Instant later = Clock.systemUTC().instant().plus(Duration.ofDays(2));
    TestNode.get(
        bob.store
            .messages()
            .dropOld(
                new MessageStore.DropRequest(
                    later,
                    Duration.ofDays(9),
                    Optional.of(Duration.ofDays(1)),
                    OptionalLong.empty(),
                    100)));
    for (int time = 0; time < 2; time++) {
      Collector slow = new Collector();
      InboxSubscription behind = bob.messages.subscribe(ConsumerName.DEFAULT, 100, slow);
      TestNode.await()
          .untilAsserted(() -> assertThat(slow.texts()).containsExactly("8", "9", "10"));
      assertThat(slow.gaps).hasSize(1);
      InboxGap gap = slow.gaps.element();
      assertThat(gap.count()).isEqualTo(7);
      if (time == 1) {
        TestNode.get(behind.acknowledge(gap.lastPosition()));
      }
      behind.close();
    }
    Collector after = new Collector();
    try (InboxSubscription unused = bob.messages.subscribe(ConsumerName.DEFAULT, 100, after)) {
      TestNode.await().untilAsserted(() -> assertThat(after.caughtUp).isTrue());
      assertThat(after.gaps).isEmpty();
    }
  }

  private void deliver(int first, int last) throws Exception {
    for (int i = first; i < last; i++) {
      var unused = alice.send(BOB, String.valueOf(i));
    }
    TestNode.get(alice.send(BOB, String.valueOf(last)));
    TestNode.await().untilAsserted(() -> assertThat(alice.messages.outboxSize(BOB)).isZero());
  }
}
