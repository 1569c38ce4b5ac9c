package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.messaging.MessageRejected.Reason;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a message of ours, and what can be told of it. */
class SentMessagesTest {
  private static final PeerId BOB = MemoryNetwork.peer(2);

  @TempDir Path directory;
  private MemoryNetwork network;
  private TestNode alice;
  private TestNode bob;

  @BeforeEach
  void start() throws Exception {
    network = new MemoryNetwork(new Random(1));
    alice = new TestNode(network, MemoryNetwork.peer(1), directory.resolve("a0").resolve("a.db"));
    bob = new TestNode(network, BOB, directory.resolve("b.db"));
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    network.close();
  }

  @Test
  void aMessageKeepsItsStatesAndTheirTimesInTheHistory() throws Exception {
    MessageId id = TestNode.get(alice.send(BOB, "hi"));
    TestNode.await().untilAsserted(() -> assertThat(progress(id).deliveredAt()).isPresent());
    TestNode.Collector collector = new TestNode.Collector();
    InboxSubscription reading = bob.messages.subscribe(ConsumerName.DEFAULT, 10, collector);
    TestNode.await().untilAsserted(() -> assertThat(collector.messages).hasSize(1));
    TestNode.get(reading.acknowledge(collector.messages.element().position()));
    TestNode.await()
        .untilAsserted(() -> assertThat(progress(id).state()).isEqualTo(MessageState.READ));
    MessageProgress progress = progress(id);
    assertThat(progress.queuedAt()).isPresent();
    assertThat(progress.sentAt()).isPresent();
    assertThat(progress.readAt()).isPresent();
    assertThat(progress.endedAt()).isEmpty();
    assertThat(sent(id).content().orElseThrow().body().toStringUtf8()).isEqualTo("hi");
    assertThat(TestNode.get(bob.messages.find(id))).get().isInstanceOf(KeptMessage.Received.class);
  }

  @Test
  void aMessageToAPeerThatIsAwayExpiresAtItsTimeAndIsNeverDelivered() throws Exception {
    network.setReachable(false);
    ConcurrentLinkedQueue<MessageStatus> states = new ConcurrentLinkedQueue<>();
    TestNode.get(alice.send(BOB, "stays"));
    MessageId id =
        TestNode.get(
            alice.messages.send(
                OutgoingMessage.text(BOB, "late").expiringAfter(Duration.ofMillis(50)),
                states::add));
    TestNode.get(alice.send(BOB, "stays too"));
    TestNode.await()
        .untilAsserted(
            () ->
                assertThat(states)
                    .extracting(MessageStatus::state)
                    .containsExactly(MessageState.QUEUED, MessageState.EXPIRED));
    assertThat(alice.messages.outboxSize(BOB)).isEqualTo(2);
    assertThat(progress(id).state()).isEqualTo(MessageState.EXPIRED);
    assertThat(progress(id).endedAt()).isPresent();
    assertThat(progress(id).problem()).isNotEmpty();
    network.setReachable(true);
    TestNode.await().untilAsserted(() -> assertThat(alice.messages.outboxSize(BOB)).isZero());
    assertThat(bob.wholeInbox("check")).containsExactly("stays", "stays too");
  }

  @Test
  void whenAllThatWaitedHasExpiredNoLinkIsWantedAnyMore() throws Exception {
    network.setReachable(false);
    List<CompletableFuture<MessageId>> accepted = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      accepted.add(
          alice
              .messages
              .send(OutgoingMessage.text(BOB, "x").expiringAfter(Duration.ofMillis(50)))
              .toCompletableFuture());
    }
    CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).join();
    TestNode.await()
        .untilAsserted(
            () -> {
              assertThat(alice.messages.outboxSize(BOB)).isZero();
              assertThat(alice.links.leased()).isEmpty();
            });
  }

  @Test
  void aMessageThatExpiredWhileTheNodeWasDownExpiresAtTheStart() throws Exception {
    network.setReachable(false);
    MessageId id =
        TestNode.get(
            alice.messages.send(
                OutgoingMessage.text(BOB, "late").expiringAfter(Duration.ofMillis(200))));
    alice = alice.crashAndRestart(directory.resolve("a1").resolve("a.db"));
    TestNode.await()
        .untilAsserted(() -> assertThat(progress(id).state()).isEqualTo(MessageState.EXPIRED));
    assertThat(alice.messages.outboxSize(BOB)).isZero();
  }

  @Test
  void aMessageThatIsDeliveredInTimeDoesNotExpire() throws Exception {
    MessageId id =
        TestNode.get(
            alice.messages.send(
                OutgoingMessage.text(BOB, "quick").expiringAfter(Duration.ofMinutes(5))));
    TestNode.await()
        .untilAsserted(() -> assertThat(progress(id).state()).isEqualTo(MessageState.DELIVERED));
    assertThat(progress(id).expiresAt()).isPresent();
  }

  @Test
  void aSendRepeatedUnderItsIdIsTheSameMessageAlsoAfterACrash() throws Exception {
    OutgoingMessage message = OutgoingMessage.text(BOB, "once").withClientId("order-1");
    MessageId id = TestNode.get(alice.messages.send(message));
    TestNode.await()
        .untilAsserted(() -> assertThat(progress(id).state()).isEqualTo(MessageState.DELIVERED));
    alice = alice.crashAndRestart(directory.resolve("a1").resolve("a.db"));
    ConcurrentLinkedQueue<MessageStatus> states = new ConcurrentLinkedQueue<>();
    assertThat(TestNode.get(alice.messages.send(message, states::add))).isEqualTo(id);
    assertThat(states)
        .extracting(MessageStatus::state)
        .containsExactly(MessageState.QUEUED, MessageState.DELIVERED);
    assertThat(alice.messages.outboxSize(BOB)).isZero();
    assertThat(bob.wholeInbox("check")).containsExactly("once");
  }

  @Test
  void twoSendsUnderOneIdAtTheSameMomentAreOneMessage() throws Exception {
    OutgoingMessage message = OutgoingMessage.text(BOB, "once").withClientId("order-1");
    var first = alice.messages.send(message);
    var second = alice.messages.send(message);
    assertThat(TestNode.get(first)).isEqualTo(TestNode.get(second));
    TestNode.await().untilAsserted(() -> assertThat(alice.messages.outboxSize(BOB)).isZero());
    assertThat(bob.wholeInbox("check")).containsExactly("once");
  }

  @Test
  void anotherMessageUnderAnIdThatIsTakenIsRefused() throws Exception {
    TestNode.get(alice.messages.send(OutgoingMessage.text(BOB, "one").withClientId("order-1")));
    for (OutgoingMessage other :
        List.of(
            OutgoingMessage.text(BOB, "two"), OutgoingMessage.text(MemoryNetwork.peer(3), "one"))) {
      assertThatThrownBy(() -> TestNode.get(alice.messages.send(other.withClientId("order-1"))))
          .cause()
          .isInstanceOfSatisfying(
              MessageRejected.class,
              rejected -> assertThat(rejected.reason()).isEqualTo(Reason.CLIENT_ID_TAKEN))
          .hasMessageContaining("order-1");
    }
  }

  @Test
  void idsAndLifetimesOutOfBoundsAreRefused() {
    OutgoingMessage message = OutgoingMessage.text(BOB, "x");
    for (OutgoingMessage bad :
        List.of(
            message.withClientId(""),
            message.withClientId("x".repeat(Messages.MAX_CLIENT_ID_CHARACTERS + 1)),
            message.withClientId("a b"),
            message.expiringAfter(Duration.ZERO),
            message.expiringAfter(Duration.ofDays(100_000)))) {
      assertThatThrownBy(() -> TestNode.get(alice.messages.send(bad)))
          .hasCauseInstanceOf(MessageRejected.class);
    }
  }

  @Test
  void aWatcherHearsOfEveryMessage() throws Exception {
    ConcurrentLinkedQueue<MessageEvent> events = new ConcurrentLinkedQueue<>();
    Messages.Watch watch = alice.messages.watch(events::add);
    MessageId id = TestNode.get(alice.send(BOB, "hi"));
    TestNode.await()
        .untilAsserted(
            () ->
                assertThat(events)
                    .extracting(event -> event.status().state())
                    .containsExactly(
                        MessageState.QUEUED, MessageState.SENT, MessageState.DELIVERED));
    assertThat(events).allMatch(event -> event.to().equals(BOB) && event.status().id().equals(id));
    watch.close();
    TestNode.get(alice.send(BOB, "more"));
    TestNode.await().untilAsserted(() -> assertThat(alice.messages.outboxSize(BOB)).isZero());
    assertThat(events).hasSize(3);
  }

  @Test
  void theHistoryHoldsBothDirectionsInOneOrder() throws Exception {
    TestNode.get(alice.send(BOB, "one"));
    TestNode.await().untilAsserted(() -> assertThat(bob.wholeInbox("check")).hasSize(1));
    TestNode.get(bob.send(alice.id, "two"));
    TestNode.await().untilAsserted(() -> assertThat(alice.wholeInbox("check")).hasSize(1));
    TestNode.get(alice.send(BOB, "three"));
    HistoryQuery query =
        new HistoryQuery(
            Optional.of(BOB), Long.MAX_VALUE, Optional.empty(), Optional.empty(), "", 10);
    assertThat(TestNode.get(alice.messages.history(query)).messages())
        .extracting(SentMessagesTest::text)
        .containsExactly("three", "two", "one");
  }

  private static String text(KeptMessage message) {
    return message instanceof KeptMessage.Received received
        ? received.message().body().toStringUtf8()
        : ((KeptMessage.Sent) message).content().orElseThrow().body().toStringUtf8();
  }

  private KeptMessage.Sent sent(MessageId id) throws Exception {
    return (KeptMessage.Sent) TestNode.get(alice.messages.find(id)).orElseThrow();
  }

  private MessageProgress progress(MessageId id) throws Exception {
    return sent(id).progress();
  }
}
