package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.link.Link;
import dev.parley.link.StreamAcceptor;
import dev.parley.link.StreamHandler;
import dev.parley.link.StreamKind;
import dev.parley.messaging.MemoryLink.StreamEnd;
import dev.parley.peer.v1.AckFrame;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.MessageFrame;
import dev.parley.peer.v1.ReadReceipts;
import dev.parley.peer.v1.Refusal;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A peer with a valid key that sends what it likes. It has links, and no messaging of its own. */
class HostilePeerTest {
  private static final PeerId BOB = MemoryNetwork.peer(2);
  private static final PeerId MALLORY = MemoryNetwork.peer(66);

  @TempDir Path directory;
  private final MemoryNetwork network = new MemoryNetwork(new Random(1));
  private final FaultyDisk heldDisk = FaultyDisk.holding("appendInbox");
  private TestNode bob;
  private MemoryLinks mallory;

  @BeforeEach
  void start() throws Exception {
    bob = new TestNode(network, BOB, directory.resolve("b").resolve("b.db"));
    mallory = network.join(MALLORY);
  }

  @AfterEach
  void stop() {
    heldDisk.release();
    bob.close();
    network.close();
  }

  @Test
  void garbageClosesTheStreamAndOtherStreamsGoOn() throws Exception {
    Recorder bad = open();
    bad.stream.writeRaw(List.of(ByteString.copyFromUtf8("GET / HTTP/1.1")));
    TestNode.get(bad.closed);
    Recorder good = open();
    good.stream.write(List.of(envelope(1)));
    TestNode.await().untilAsserted(() -> assertThat(good.delivered()).containsExactly(id(1)));
  }

  @Test
  void aDuplicateIsAcknowledgedAgainAndKeptOnce() throws Exception {
    Recorder stream = open();
    for (int i = 0; i < 5; i++) {
      stream.stream.write(List.of(envelope(1), envelope(2)));
    }
    TestNode.await().untilAsserted(() -> assertThat(stream.delivered()).hasSize(10));
    assertThat(bob.messages.unread(ConsumerName.DEFAULT)).isEqualTo(2);
    assertThat(bob.wholeInbox("check")).containsExactly("1", "2");
  }

  @Test
  void theSameIdFromAnotherPeerIsAnotherMessage() throws Exception {
    Recorder one = open();
    one.stream.write(List.of(envelope(1)));
    TestNode.await().untilAsserted(() -> assertThat(one.delivered()).hasSize(1));
    mallory = network.join(MemoryNetwork.peer(67));
    Recorder other = open();
    other.stream.write(List.of(envelope(1)));
    TestNode.await().untilAsserted(() -> assertThat(other.delivered()).hasSize(1));
    assertThat(bob.messages.unread(ConsumerName.DEFAULT)).isEqualTo(2);
  }

  @Test
  void aMessageForSomebodyElseCanNeitherBeAcknowledgedNorRefusedNorRead() throws Exception {
    PeerId carol = MemoryNetwork.peer(3);
    ConcurrentLinkedQueue<MessageState> states = new ConcurrentLinkedQueue<>();
    MessageId forCarol =
        TestNode.get(
            bob.messages.send(
                OutgoingMessage.text(carol, "secret"), status -> states.add(status.state())));
    StreamEnd[] acks = new StreamEnd[1];
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    mallory.accept(
        StreamKind.MESSAGES,
        acceptor(
            stream -> {
              acks[0] = stream;
              arrived.complete(null);
            }));
    TestNode.get(bob.send(MALLORY, "for mallory"));
    TestNode.get(arrived);
    acks[0].write(
        List.of(
            AckFrame.newBuilder()
                .addDelivered(forCarol.bytes())
                .addRefused(
                    Refusal.newBuilder()
                        .setMessageId(forCarol.bytes())
                        .setReason(Refusal.Reason.NOT_ALLOWED))
                .build()));
    Recorder receipts = open();
    ReadReceipts read = ReadReceipts.newBuilder().addMessageIds(forCarol.bytes()).build();
    receipts.stream.write(List.of(MessageFrame.newBuilder().setReadReceipts(read).build()));
    TestNode.await().untilAsserted(() -> assertThat(receipts.taken()).containsExactly(forCarol));
    assertThat(bob.messages.outboxSize(carol)).isEqualTo(1);
    assertThat(bob.messages.outboxSize(MALLORY)).isEqualTo(1);
    assertThat(states).containsExactly(MessageState.QUEUED);
    TestNode carolNode = new TestNode(network, carol, directory.resolve("c").resolve("c.db"));
    try (carolNode) {
      TestNode.await().untilAsserted(() -> assertThat(bob.messages.outboxSize(carol)).isZero());
      assertThat(states).doesNotContain(MessageState.READ, MessageState.FAILED);
    }
  }

  @Test
  void garbageInsteadOfAcknowledgementsEndsTheStreamAndTheMessageStaysQueued() throws Exception {
    List<StreamEnd> streams = new CopyOnWriteArrayList<>();
    mallory.accept(
        StreamKind.MESSAGES,
        acceptor(
            stream -> {
              streams.add(stream);
              stream.writeRaw(List.of(ByteString.copyFromUtf8("nonsense")));
            }));
    TestNode.get(bob.send(MALLORY, "hi"));
    TestNode.await().untilAsserted(() -> assertThat(streams).hasSizeGreaterThan(2));
    assertThat(bob.messages.outboxSize(MALLORY)).isEqualTo(1);
  }

  @Test
  void streamsOfOnePeerAreBounded() throws Exception {
    List<Recorder> streams = new ArrayList<>();
    for (int i = 0; i <= Receiver.MAX_STREAMS_PER_PEER; i++) {
      streams.add(open());
    }
    TestNode.get(streams.get(Receiver.MAX_STREAMS_PER_PEER).closed);
    for (int i = 0; i < Receiver.MAX_STREAMS_PER_PEER; i++) {
      assertThat(streams.get(i).closed).isNotDone();
    }
  }

  @Test
  void aFloodIsNotReadWhileTheDiskIsBusy() throws Exception {
    bob.close();
    TestNode.Setup setup = new TestNode.Setup(TestNode.ROOMY, peer -> true, heldDisk::over);
    bob = new TestNode(network, BOB, directory.resolve("slow").resolve("b.db"), setup);
    Recorder flood = open();
    int count = 15_000;
    for (int i = 1; i <= count; i++) {
      flood.stream.write(List.of(envelope(i)));
    }
    TestNode.await().untilAsserted(() -> assertThat(unreadByBob(flood)).isPositive());
    int most = (int) (ReadGate.MAX_STREAM_BYTES / ReadGate.FRAME_OVERHEAD_BYTES);
    assertThat(count - unreadByBob(flood)).isLessThan(most + 100);
    heldDisk.release();
    TestNode.await().untilAsserted(() -> assertThat(flood.delivered()).hasSize(count));
  }

  private int unreadByBob(Recorder recorder) {
    return CompletableFuture.supplyAsync(() -> recorder.stream.unreadByPeer(), network.thread)
        .join();
  }

  private Recorder open() throws Exception {
    PeerId from = mallory.id();
    if (mallory.current(BOB).isEmpty()) {
      network.dialAgain(from, BOB);
      TestNode.await().untilAsserted(() -> assertThat(mallory.current(BOB)).isPresent());
    }
    Link link = mallory.current(BOB).orElseThrow();
    Recorder recorder = new Recorder();
    recorder.stream = (StreamEnd) link.open(StreamKind.MESSAGES, recorder);
    return recorder;
  }

  private static StreamAcceptor acceptor(Consumer<StreamEnd> onStream) {
    return stream -> {
      onStream.accept((StreamEnd) stream);
      return new Recorder();
    };
  }

  private static MessageFrame envelope(long number) {
    return MessageFrame.newBuilder()
        .setEnvelope(
            Envelope.newBuilder()
                .setMessageId(id(number).bytes())
                .setContentType("text/plain")
                .setBody(ByteString.copyFromUtf8(String.valueOf(number)))
                .setSentAtMillis(1))
        .build();
  }

  private static MessageId id(long number) {
    return MessageId.of(ByteBuffer.allocate(MessageId.BYTES).putLong(number).array());
  }

  private static final class Recorder implements StreamHandler {
    private final ConcurrentLinkedQueue<AckFrame> acks = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private StreamEnd stream;

    @Override
    public void onFrames(List<ByteString> frames) {
      for (ByteString frame : frames) {
        try {
          acks.add(AckFrame.parseFrom(frame));
        } catch (InvalidProtocolBufferException e) {
          // Frames that are no acknowledgements are of no interest here.
          continue;
        }
      }
    }

    @Override
    public void onClosed() {
      closed.complete(null);
    }

    List<MessageId> delivered() {
      return acks.stream()
          .flatMap(ack -> ack.getDeliveredList().stream())
          .map(MessageId::new)
          .toList();
    }

    List<MessageId> taken() {
      return acks.stream()
          .flatMap(ack -> ack.getReceiptsTakenList().stream())
          .map(MessageId::new)
          .toList();
    }
  }
}
