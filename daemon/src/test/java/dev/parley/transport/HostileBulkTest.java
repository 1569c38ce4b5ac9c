package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.link.ByteStreamHandler;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.StreamEnd;
import dev.parley.peer.v1.StreamHeader;
import dev.parley.peer.v1.StreamKind;
import dev.parley.transport.TransportFixture.Endpoint;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer with a valid key can do on connections beside the link. */
class HostileBulkTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final byte[] DATA = {0, 0, 0, 1, 42};
  private static final byte[] END = {1, 0, 0, 0};

  private final TransportFixture fixture = new TransportFixture();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();
  private final List<StreamEnd> ends = new CopyOnWriteArrayList<>();
  private Endpoint bob;
  private Endpoint own;
  private boolean known = true;

  @BeforeEach
  void malloryHasALinkWithBob() throws Exception {
    bob = fixture.endpoint();
    bob.transport.accept(
        ByteStreamKind.CHANNEL,
        stream -> {
          accepted.incrementAndGet();
          return new Recorder();
        });
    bob.onLoop(() -> bob.transport.know(peer -> known));
    own = fixture.endpoint();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private final class Recorder implements ByteStreamHandler {
    @Override
    public void onBytes(ByteBuffer bytes) {
      received.addAndGet(bytes.remaining());
    }

    @Override
    public void onEnd() {}

    @Override
    public void onClosed(StreamEnd how) {
      ends.add(how);
    }
  }

  private RawPeer bulk() throws Exception {
    if (bob.events.isEmpty()) {
      new RawPeer(own, bob).assertOpen();
      await().atMost(LONG).until(() -> !bob.events.isEmpty());
    }
    return new RawPeer(own, bob, true);
  }

  private static byte[] header(StreamKind kind, long token, int leg) {
    return RawPeer.frames(
        StreamHeader.newBuilder().setKind(kind).setStreamToken(token).setLeg(leg).build());
  }

  private static byte[] channel(long token) {
    return header(StreamKind.STREAM_KIND_CHANNEL, token, 0);
  }

  private void awaitHostile(long count) {
    await()
        .atMost(LONG)
        .until(() -> bob.transport.dropped().getOrDefault("hostile-streams", 0L) == count);
  }

  @Test
  void whatIsNoChunkEndsItsStreamAndIsCounted() throws Exception {
    RawPeer mallory = bulk();
    List<byte[]> noChunks =
        List.of(
            new byte[] {3, 0, 0, 0},
            new byte[] {0, 0, 0, 0},
            new byte[] {0, 1, 0, 1},
            new byte[] {1, 0, 0, 1},
            new byte[] {2, 0, 0, 3});
    for (int i = 0; i < noChunks.size(); i++) {
      RawPeer.write(mallory.stream(channel(i)), noChunks.get(i));
    }
    await().atMost(LONG).until(() -> ends.size() == 5);
    assertThat(ends).containsOnly(new StreamEnd.Reset(CarriedStream.RESET_HOSTILE, false));
    awaitHostile(5);
    mallory.assertOpen();
  }

  @Test
  void aStreamThatEndsWithoutSayingHowIsReset() throws Exception {
    RawPeer mallory = bulk();
    QuicStreamChannel stream = mallory.stream(channel(1));
    RawPeer.write(stream, DATA);
    await().atMost(LONG).until(() -> received.get() == 1);
    stream.shutdownOutput().sync();
    await().atMost(LONG).until(() -> !ends.isEmpty());
    assertThat(ends).containsExactly(new StreamEnd.Reset(CarriedStream.RESET_HOSTILE, false));
    awaitHostile(1);
  }

  @Test
  void bytesAfterTheEndAreNotRead() throws Exception {
    RawPeer mallory = bulk();
    QuicStreamChannel stream = mallory.stream(channel(1));
    RawPeer.write(stream, END);
    RawPeer.write(stream, DATA);
    await().atMost(LONG).until(() -> !ends.isEmpty());
    assertThat(received).hasValue(0);
  }

  @Test
  void aTokenThatIsTakenAndKindsOfTheLinkAreRefused() throws Exception {
    RawPeer mallory = bulk();
    RawPeer.write(mallory.stream(channel(1)), DATA);
    await().atMost(LONG).until(() -> received.get() == 1);
    mallory.stream(channel(1));
    awaitHostile(1);
    mallory.stream(header(StreamKind.STREAM_KIND_CONTROL, 2, 0));
    awaitHostile(2);
    mallory.stream(header(StreamKind.STREAM_KIND_MESSAGES, 2, 0));
    awaitHostile(3);
    assertThat(accepted).hasValue(1);
  }

  @Test
  void legsAreThePeersOwnAndFew() throws Exception {
    RawPeer mallory = bulk();
    RawPeer.write(mallory.stream(channel(1)), DATA);
    await().atMost(LONG).until(() -> received.get() == 1);
    mallory.stream(header(StreamKind.STREAM_KIND_MOVED, 1, 1));
    awaitHostile(1);
    mallory.stream(header(StreamKind.STREAM_KIND_MOVED, 1, 0));
    awaitHostile(2);
    for (int leg = 2; leg < 2 * CarriedStream.MAX_LEGS; leg += 2) {
      mallory.stream(header(StreamKind.STREAM_KIND_MOVED, 1, leg));
    }
    mallory.stream(header(StreamKind.STREAM_KIND_MOVED, 1, 100));
    awaitHostile(3);
    assertThat(ends).isEmpty();
  }

  @Test
  void soManyConnectionsAtATimeAndNoMore() throws Exception {
    List<RawPeer> connections = new ArrayList<>();
    for (int i = 0; i < PeerBulk.MAX_CONNECTIONS + 2; i++) {
      connections.add(bulk());
    }
    await()
        .atMost(LONG)
        .until(
            () -> connections.stream().filter(RawPeer::isOpen).count() == PeerBulk.MAX_CONNECTIONS);
  }

  @Test
  void aStrangerHasOneConnectionAndFewStreams() throws Exception {
    known = false;
    RawPeer mallory = bulk();
    for (int i = 0; i < BulkConnection.MAX_STREAMS_OF_STRANGERS + 3; i++) {
      mallory.stream(channel(i));
    }
    awaitHostile(3);
    assertThat(accepted).hasValue(BulkConnection.MAX_STREAMS_OF_STRANGERS);
    RawPeer second = bulk();
    await().atMost(LONG).until(() -> !second.isOpen());
    mallory.assertOpen();
  }

  @Test
  void withoutALinkThereIsNothingBesideIt() throws Exception {
    RawPeer mallory = new RawPeer(own, bob, true);
    await().atMost(LONG).until(() -> !mallory.isOpen());
    assertThat(bob.events).isEmpty();
  }
}
