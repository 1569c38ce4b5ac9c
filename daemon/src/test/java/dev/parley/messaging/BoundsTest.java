package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.parley.config.NodeConfig.MessageLimits;
import dev.parley.messaging.MessageRejected.Reason;
import dev.parley.messaging.TestNode.Collector;
import dev.parley.messaging.TestNode.Setup;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every bound that an app or a peer can reach, reached. */
class BoundsTest {
  private static final PeerId ALICE = MemoryNetwork.peer(1);
  private static final PeerId BOB = MemoryNetwork.peer(2);
  private static final PeerId CAROL = MemoryNetwork.peer(3);

  @TempDir Path directory;
  private final MemoryNetwork network = new MemoryNetwork(new Random(1));
  private final List<TestNode> nodes = new ArrayList<>();

  @AfterEach
  void stop() {
    nodes.forEach(TestNode::close);
    network.close();
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedWithAWordAboutFiles() throws Exception {
    TestNode alice = node(ALICE, TestNode.ROOMY);
    ByteString body = ByteString.copyFrom(new byte[Messages.MAX_BODY_BYTES + 1]);
    assertRejected(
        alice.messages.send(new OutgoingMessage(BOB, "text/plain", body)),
        Reason.TOO_LARGE,
        "65537",
        "65536",
        "file");
    assertRejected(
        alice.messages.send(new OutgoingMessage(BOB, "x".repeat(256), ByteString.EMPTY)),
        Reason.BAD_CONTENT_TYPE,
        "255");
    assertThat(alice.messages.outboxSize(BOB)).isZero();
  }

  @Test
  void theLargestBodyGoesThrough() throws Exception {
    TestNode alice = node(ALICE, TestNode.ROOMY);
    TestNode bob = node(BOB, TestNode.ROOMY);
    byte[] body = new byte[Messages.MAX_BODY_BYTES];
    new Random(3).nextBytes(body);
    String contentType = "x".repeat(Messages.MAX_CONTENT_TYPE_BYTES);
    Collector collector = new Collector();
    InboxSubscription unused = bob.messages.subscribe(ConsumerName.DEFAULT, 100, collector);
    for (int i = 0; i < 100; i++) {
      TestNode.get(
          alice.messages.send(new OutgoingMessage(BOB, contentType, ByteString.copyFrom(body))));
    }
    TestNode.await().untilAsserted(() -> assertThat(collector.messages).hasSize(100));
    assertThat(collector.messages)
        .allMatch(message -> message.body().equals(ByteString.copyFrom(body)));
  }

  @Test
  void aFullOutboxRefusesOneMoreForThatPeerOnly() throws Exception {
    TestNode alice = node(ALICE, new MessageLimits(10, 10, 10, true));
    for (int i = 0; i < 10; i++) {
      TestNode.get(alice.send(BOB, "waiting"));
    }
    assertRejected(alice.send(BOB, "one more"), Reason.QUEUE_FULL, "10");
    TestNode.get(alice.send(CAROL, "another peer"));
    assertThat(alice.messages.outboxSize(BOB)).isEqualTo(10);
  }

  @Test
  void sendsThatOutrunTheDiskAreRefusedInsteadOfPiledUp() throws Exception {
    FaultyDisk disk = FaultyDisk.holding("appendOutbox");
    TestNode alice = node(ALICE, new Setup(TestNode.ROOMY, peer -> true, disk::over));
    List<CompletionStage<MessageId>> accepted = new ArrayList<>();
    for (int i = 0; i < SendIntake.MAX_UNCOMMITTED; i++) {
      accepted.add(alice.send(BOB, "x"));
    }
    assertRejected(alice.send(BOB, "too much"), Reason.QUEUE_FULL, "disk");
    disk.release();
    for (CompletionStage<MessageId> send : accepted) {
      TestNode.get(send);
    }
    TestNode.get(alice.send(BOB, "room again"));
  }

  @Test
  void aFullInboxHoldsThePeerBackAndGoesOnInOrderOnceSomebodyReads() throws Exception {
    TestNode alice = node(ALICE, TestNode.ROOMY);
    TestNode bob = node(BOB, new MessageLimits(100, 50, 50, true));
    for (int i = 0; i < 80; i++) {
      TestNode.get(alice.send(BOB, String.valueOf(i)));
    }
    TestNode.await().untilAsserted(() -> assertThat(alice.messages.outboxSize(BOB)).isEqualTo(30));
    assertThat(bob.messages.unread(ConsumerName.DEFAULT)).isEqualTo(50);
    Collector collector = new Collector();
    InboxSubscription subscription = bob.messages.subscribe(ConsumerName.DEFAULT, 1_000, collector);
    TestNode.await().untilAsserted(() -> assertThat(collector.messages).hasSize(50));
    List<ReceivedMessage> all = List.copyOf(collector.messages);
    TestNode.get(subscription.acknowledge(all.get(49).position()));
    TestNode.await()
        .untilAsserted(
            () ->
                assertThat(collector.texts())
                    .containsExactlyElementsOf(
                        IntStream.range(0, 80).mapToObj(String::valueOf).toList()));
  }

  @Test
  void strangersTogetherFillOnlyTheirShare() throws Exception {
    TestNode alice = node(ALICE, TestNode.ROOMY);
    TestNode carol = node(CAROL, TestNode.ROOMY);
    TestNode bob = node(BOB, new Setup(new MessageLimits(100, 100, 10, true), CAROL::equals));
    for (int i = 0; i < 20; i++) {
      TestNode.get(alice.send(BOB, "stranger " + i));
      TestNode.get(carol.send(BOB, "contact " + i));
    }
    TestNode.await().untilAsserted(() -> assertThat(carol.messages.outboxSize(BOB)).isZero());
    TestNode.await().untilAsserted(() -> assertThat(alice.messages.outboxSize(BOB)).isEqualTo(10));
    assertThat(bob.messages.unread(ConsumerName.DEFAULT, ALICE)).isEqualTo(10);
    assertThat(bob.messages.unread(ConsumerName.DEFAULT, CAROL)).isEqualTo(20);
  }

  @Test
  void aPeerThatTakesNothingFromStrangersEndsTheMessageWithAReason() throws Exception {
    TestNode alice = node(ALICE, TestNode.ROOMY);
    node(BOB, new Setup(new MessageLimits(10, 10, 10, false), peer -> false));
    ConcurrentLinkedQueue<MessageStatus> states = new ConcurrentLinkedQueue<>();
    TestNode.get(alice.messages.send(OutgoingMessage.text(BOB, "hi"), states::add));
    TestNode.await()
        .untilAsserted(
            () ->
                assertThat(states)
                    .last()
                    .satisfies(
                        status -> {
                          assertThat(status.state()).isEqualTo(MessageState.FAILED);
                          assertThat(status.problem()).contains("contact");
                        }));
    assertThat(alice.messages.outboxSize(BOB)).isZero();
  }

  @Test
  void listenersAreBoundedAndTheOldestGoes() {
    StateListeners listeners = new StateListeners(Clock.systemUTC());
    Random random = new Random(1);
    for (int i = 0; i <= StateListeners.MAX_LISTENERS + 100; i++) {
      listeners.add(BOB, MessageId.next(Clock.systemUTC().instant(), random), status -> {});
    }
    assertThat(listeners.size()).isEqualTo(StateListeners.MAX_LISTENERS);
  }

  @Test
  void aListenerIsDroppedWhenItsMessageHasComeToItsEnd() {
    StateListeners listeners = new StateListeners(Clock.systemUTC());
    MessageId id = MessageId.next(Clock.systemUTC().instant(), new Random(1));
    List<MessageState> states = new ArrayList<>();
    listeners.add(BOB, id, status -> states.add(status.state()));
    listeners.report(BOB, id, MessageState.SENT);
    listeners.report(BOB, id, MessageState.SENT);
    listeners.report(BOB, id, MessageState.READ);
    listeners.report(BOB, id, MessageState.DELIVERED);
    assertThat(states)
        .containsExactly(
            MessageState.QUEUED, MessageState.SENT, MessageState.DELIVERED, MessageState.READ);
    assertThat(listeners.size()).isZero();
  }

  private TestNode node(PeerId id, MessageLimits limits) throws Exception {
    return node(id, new Setup(limits, peer -> true));
  }

  private TestNode node(PeerId id, Setup setup) throws Exception {
    Path file = directory.resolve(id.shortForm() + nodes.size()).resolve("parley.db");
    TestNode node = new TestNode(network, id, file, setup);
    nodes.add(node);
    return node;
  }

  private static void assertRejected(
      CompletionStage<MessageId> send, Reason reason, String... words) {
    assertThatThrownBy(() -> TestNode.get(send))
        .cause()
        .isInstanceOfSatisfying(
            MessageRejected.class,
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(reason);
              assertThat(rejected.getMessage()).contains(words);
            });
  }
}
