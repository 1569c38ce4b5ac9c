package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.parley.link.LinkStream;
import dev.parley.link.StreamHandler;
import dev.parley.nat.path.ProbeKeys;
import dev.parley.peer.v1.ControlFrame;
import dev.parley.peer.v1.Hello;
import dev.parley.peer.v1.Ping;
import dev.parley.peer.v1.StreamHeader;
import dev.parley.peer.v1.StreamKind;
import dev.parley.transport.TransportFixture.Endpoint;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer with a valid key can do that no parley peer does. */
class HostileLinkTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final StreamHeader CONTROL =
      StreamHeader.newBuilder().setKind(StreamKind.STREAM_KIND_CONTROL).build();
  private static final StreamHeader MESSAGES =
      StreamHeader.newBuilder().setKind(StreamKind.STREAM_KIND_MESSAGES).build();

  private final TransportFixture fixture = new TransportFixture();
  private final List<String> ended = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private Endpoint bob;
  private RawPeer mallory;

  @BeforeEach
  void malloryHasALinkWithBob() throws Exception {
    bob = fixture.endpoint();
    bob.transport.accept(dev.parley.link.StreamKind.MESSAGES, stream -> new Recorder());
    Endpoint own = fixture.endpoint();
    mallory = new RawPeer(own, bob);
    await().atMost(LONG).until(() -> !bob.events.isEmpty());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private long hostileStreams() {
    return bob.transport.dropped().getOrDefault("hostile-streams", 0L);
  }

  private void awaitCounted(long hostile) {
    await().atMost(LONG).until(() -> hostileStreams() == hostile);
  }

  private void linkIsEnded(String why) {
    await().atMost(LONG).until(() -> bob.events.size() == 2);
    assertThat(bob.events.get(1)).startsWith("down");
    await().atMost(LONG).until(() -> !mallory.isOpen());
    assertThat(bob.transport.links().connections()).as(why).isEmpty();
  }

  private static Hello.Builder hello() {
    return Hello.newBuilder()
        .setVersion(ControlStream.VERSION)
        .setPathSecret(ByteString.copyFrom(new byte[ProbeKeys.SECRET_BYTES]))
        .setProbeTag(ByteString.copyFrom(new byte[8]));
  }

  private static ControlFrame frame(Hello.Builder hello) {
    return ControlFrame.newBuilder().setHello(hello).build();
  }

  @Test
  void aSecondControlStreamIsClosedAndCounted() throws Exception {
    mallory.stream(RawPeer.frames(CONTROL, frame(hello())));
    QuicStreamChannel second = mallory.stream(RawPeer.frames(CONTROL));
    awaitCounted(1);
    await().atMost(LONG).until(() -> !second.isActive() || second.isInputShutdown());
    mallory.assertOpen();
  }

  @Test
  void aStreamOfUnknownKindIsClosedAndCounted() throws Exception {
    mallory.stream(RawPeer.frames(StreamHeader.newBuilder().setKindValue(77).build()));
    mallory.stream(RawPeer.frames(StreamHeader.getDefaultInstance()));
    awaitCounted(2);
    mallory.assertOpen();
  }

  @Test
  void aHeaderThatIsNoneIsClosedAndCounted() throws Exception {
    mallory.stream(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f});
    mallory.stream(new byte[] {65, 1, 2, 3});
    mallory.stream(new byte[] {2, (byte) 0xff, (byte) 0xff});
    awaitCounted(3);
    mallory.assertOpen();
  }

  @Test
  void aFrameOverTheLimitOfItsKindEndsItsStreamBeforeItIsHeld() throws Exception {
    QuicStreamChannel stream = mallory.stream(RawPeer.frames(MESSAGES));
    await().atMost(LONG).until(() -> accepted.get() == 1);
    RawPeer.write(stream, new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x10, 1, 2, 3});
    awaitCounted(1);
    await().atMost(LONG).until(() -> ended.size() == 1);
    mallory.assertOpen();
  }

  @Test
  void garbageOnTheControlStreamEndsTheLink() throws Exception {
    QuicStreamChannel control = mallory.stream(RawPeer.frames(CONTROL, frame(hello())));
    RawPeer.write(control, new byte[] {3, (byte) 0xff, (byte) 0xff, (byte) 0xff});
    awaitCounted(1);
    linkIsEnded("an unreadable control frame");
  }

  @Test
  void anOversizedControlFrameEndsTheLink() throws Exception {
    QuicStreamChannel control = mallory.stream(RawPeer.frames(CONTROL, frame(hello())));
    RawPeer.write(control, new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x10});
    awaitCounted(1);
    linkIsEnded("an oversized control frame");
  }

  @Test
  void aPeerWithoutACommonVersionIsToldSoAndLeft() throws Exception {
    mallory.stream(RawPeer.frames(CONTROL, frame(hello().setVersion(0))));
    linkIsEnded("version 0");
    assertThat(hostileStreams()).isZero();
  }

  @Test
  void aMalformedHelloEndsTheLink() throws Exception {
    mallory.stream(
        RawPeer.frames(CONTROL, frame(hello().setPathSecret(ByteString.copyFromUtf8("short")))));
    linkIsEnded("a malformed hello");
    awaitCounted(1);
  }

  @Test
  void aSecondHelloIsCountedAndChangesNothing() throws Exception {
    mallory.stream(RawPeer.frames(CONTROL, frame(hello()), frame(hello())));
    awaitCounted(1);
    mallory.assertOpen();
  }

  @Test
  void framesOfALaterVersionArePassedOver() throws Exception {
    QuicStreamChannel control = mallory.stream(RawPeer.frames(CONTROL, frame(hello())));
    // Field 99, length 1
    RawPeer.write(control, new byte[] {4, (byte) 0x9a, 6, 1, 0});
    QuicStreamChannel marker = mallory.stream(RawPeer.frames(StreamHeader.getDefaultInstance()));
    awaitCounted(1);
    assertThat(marker).isNotNull();
    mallory.assertOpen();
  }

  @Test
  void soManyStreamsAtATimeAndNoMore() throws Exception {
    for (int i = 0; i < Connection.MAX_STREAMS + 8; i++) {
      mallory.stream(RawPeer.frames(MESSAGES));
    }
    awaitCounted(8);
    await().atMost(LONG).until(() -> accepted.get() == Connection.MAX_STREAMS);
    mallory.assertOpen();
  }

  @Test
  void aStreamThatThePeerEndsIsOverForItsHandler() throws Exception {
    QuicStreamChannel stream = mallory.stream(RawPeer.frames(MESSAGES));
    await().atMost(LONG).until(() -> accepted.get() == 1);
    stream.shutdownOutput().sync();
    await().atMost(LONG).until(() -> ended.size() == 1);
    mallory.assertOpen();
  }

  @Test
  void randomStreamsDoNoHarm() throws Exception {
    Random random = new Random(23);
    for (int i = 0; i < 60; i++) {
      byte[] bytes = new byte[1 + random.nextInt(3_000)];
      random.nextBytes(bytes);
      mallory.stream(bytes).shutdownOutput();
    }
    await().atMost(LONG).until(() -> hostileStreams() > 10);
    mallory.assertOpen();
  }

  @Test
  void pingsAreNotAnsweredIntoAStreamThatTakesNoMore() {
    WritableOrNot stream = new WritableOrNot();
    ControlStream control = FakeContext.controlStream();
    control.attach(stream);
    ByteString ping =
        ControlFrame.newBuilder().setPing(Ping.newBuilder().setToken(5)).build().toByteString();
    control.onFrames(List.of(ping));
    assertThat(stream.written).hasSize(2);
    stream.writable = false;
    for (int i = 0; i < 1_000; i++) {
      control.onFrames(List.of(ping, ping));
    }
    assertThat(stream.written).hasSize(2);
  }

  private final class Recorder implements StreamHandler {
    Recorder() {
      accepted.incrementAndGet();
    }

    @Override
    public void onFrames(List<ByteString> frames) {}

    @Override
    public void onClosed() {
      ended.add("ended");
    }
  }

  private static final class WritableOrNot implements LinkStream {
    final List<MessageLite> written = new ArrayList<>();
    boolean writable = true;

    @Override
    public dev.parley.link.Link link() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(List<? extends MessageLite> frames) {
      written.addAll(frames);
    }

    @Override
    public boolean isWritable() {
      return writable;
    }

    @Override
    public void setReading(boolean reading) {}

    @Override
    public void close() {}
  }
}
