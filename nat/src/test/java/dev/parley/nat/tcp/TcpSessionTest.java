package dev.parley.nat.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.PeerKey;
import dev.parley.nat.path.KnownLink;
import dev.parley.nat.path.ProbeKeys;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One connection whose other end is played by the test, in virtual time. */
class TcpSessionTest {
  private static final InetSocketAddress FROM = new InetSocketAddress("198.51.100.1", 4242);
  private static final long TO_US = 11;
  private static final long TO_PEER = 22;

  private final KnownLink ours = new KnownLink(new PeerKey(2, 2, 2, 2), keys(TO_US, TO_PEER));
  private final KnownLink theirs = new KnownLink(new PeerKey(1, 1, 1, 1), keys(TO_PEER, TO_US));
  private final Opening peer =
      new Opening(tag -> tag == TO_PEER ? theirs : null, theirs, new Random(2));
  private final Recorder owner = new Recorder();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final TcpSession session;

  TcpSessionTest() {
    channel.freezeTime();
    Opening opening = new Opening(tag -> tag == TO_US ? ours : null, null, new Random(1));
    session = new TcpSession(channel, FROM, opening, owner);
    channel.pipeline().addLast(new FrameDecoder(), session);
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private static ProbeKeys keys(long localTag, long remoteTag) {
    return ProbeKeys.derive(new byte[32], new byte[32], localTag, remoteTag);
  }

  private static final class Recorder implements TcpSession.Owner {
    final List<Integer> datagrams = new ArrayList<>();
    final List<String> ends = new ArrayList<>();
    int hostile;
    int tied;
    boolean full;

    @Override
    public boolean onTied(TcpSession session) {
      tied++;
      return !full;
    }

    @Override
    public void onDatagram(TcpSession session, ByteBuf datagram) {
      datagrams.add(datagram.readableBytes());
      datagram.release();
    }

    @Override
    public void onHostile(TcpSession session) {
      hostile++;
    }

    @Override
    public void onEnded(TcpSession session, String reason) {
      ends.add(reason);
    }
  }

  private static ByteBuf framed(List<byte[]> frames) {
    ByteBuf out = Unpooled.buffer();
    frames.forEach(frame -> out.writeShort(frame.length).writeBytes(frame));
    return out;
  }

  /** What the session has sent, cut into frames. */
  private List<byte[]> sent() {
    List<byte[]> frames = new ArrayList<>();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      byte[] frame = new byte[out.readUnsignedShort()];
      out.readBytes(frame);
      frames.add(frame);
      out.release();
    }
    return frames;
  }

  private List<byte[]> proofOfPeer() {
    channel.writeInbound(framed(peer.begin()));
    List<byte[]> proof = new ArrayList<>();
    sent().forEach(frame -> proof.addAll(peer.onFrame(Unpooled.wrappedBuffer(frame))));
    return proof;
  }

  private void tie() {
    channel.writeInbound(framed(proofOfPeer()));
    assertThat(session.isOpen()).isTrue();
  }

  private void advance(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void datagramsGoBothWaysOnceTheConnectionIsTied() {
    tie();
    channel.writeInbound(framed(List.of(new byte[1], new byte[1_200], new byte[2_048])));
    assertThat(owner.datagrams).containsExactly(1, 1_200, 2_048);
    assertThat(session.send(Unpooled.wrappedBuffer(new byte[1_200]))).isTrue();
    channel.runPendingTasks();
    assertThat(sent()).extracting(frame -> frame.length).containsExactly(1_200);
    assertThat(session.peer()).isEqualTo(ours.peer());
  }

  @Test
  void aDatagramRightBehindTheProofIsTaken() {
    List<byte[]> both = proofOfPeer();
    both.add(new byte[700]);
    channel.writeInbound(framed(both));
    assertThat(owner.datagrams).containsExactly(700);
  }

  @Test
  void aDatagramBeforeTheProofClosesTheConnectionAndGoesNowhere() {
    channel.writeInbound(framed(peer.begin()));
    channel.writeInbound(framed(List.of(new byte[700], new byte[700])));
    assertThat(owner.datagrams).isEmpty();
    assertThat(owner.hostile).isEqualTo(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aStrangerIsSentNothingAtAll() {
    channel.writeInbound(Unpooled.wrappedBuffer("GET / HTTP/1.1\r\n\r\n".getBytes()));
    assertThat(sent()).isEmpty();
    assertThat(channel.isOpen()).isFalse();
    assertThat(owner.hostile).isEqualTo(1);
  }

  @Test
  void aFrameOfNoBytesOrOfTooManyClosesTheConnection() {
    tie();
    channel.writeInbound(Unpooled.buffer().writeShort(FrameDecoder.MAX_FRAME_BYTES + 1));
    assertThat(channel.isOpen()).isFalse();
    assertThat(owner.hostile).isEqualTo(1);
    assertThat(owner.ends).hasSize(1);

    TcpSessionTest other = new TcpSessionTest();
    other.tie();
    other.channel.writeInbound(Unpooled.buffer().writeShort(0).writeZero(100));
    assertThat(other.channel.isOpen()).isFalse();
    assertThat(other.owner.datagrams).isEmpty();
    other.close();
  }

  @Test
  void framesMayComeInAnyPieces() {
    ByteBuf all = framed(proofOfPeer());
    all.writeBytes(framed(List.of(new byte[300], new byte[5])));
    while (all.isReadable()) {
      channel.writeInbound(all.readBytes(1));
    }
    all.release();
    assertThat(owner.datagrams).containsExactly(300, 5);
  }

  @Test
  void aConnectionThatSaysNothingIsClosedInTime() {
    advance(TcpSession.OPENING_TIMEOUT_MILLIS - 1);
    assertThat(channel.isOpen()).isTrue();
    advance(1);
    assertThat(channel.isOpen()).isFalse();
    assertThat(owner.hostile).isEqualTo(1);
    assertThat(owner.ends).hasSize(1);
  }

  @Test
  void aConnectionThatSaysItsHelloByteByByteIsClosedInTime() {
    ByteBuf hello = framed(peer.begin());
    for (int i = 0; i < 10; i++) {
      channel.writeInbound(hello.readBytes(1));
      advance(TcpSession.OPENING_TIMEOUT_MILLIS / 11);
    }
    assertThat(channel.isOpen()).isTrue();
    channel.writeInbound(hello.readBytes(1));
    advance(TcpSession.OPENING_TIMEOUT_MILLIS);
    assertThat(channel.isOpen()).isFalse();
    hello.release();
  }

  @Test
  void aConnectionThatOnlySaysItsHelloIsClosedInTime() {
    channel.writeInbound(framed(peer.begin()));
    assertThat(sent()).hasSize(2);
    advance(TcpSession.OPENING_TIMEOUT_MILLIS);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aTiedConnectionOutlivesTheDeadline() {
    tie();
    advance(10 * TcpSession.OPENING_TIMEOUT_MILLIS);
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void whereThereAreEnoughConnectionsOneMoreIsClosed() {
    owner.full = true;
    channel.writeInbound(framed(proofOfPeer()));
    assertThat(owner.tied).isEqualTo(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void nothingIsSentBeforeTheConnectionIsTiedNorAfterItsEndNorWhatIsNoDatagram() {
    assertThat(session.send(Unpooled.wrappedBuffer(new byte[100]))).isFalse();
    tie();
    assertThat(session.send(Unpooled.EMPTY_BUFFER)).isFalse();
    assertThat(session.send(Unpooled.wrappedBuffer(new byte[2_049]))).isFalse();
    channel.close();
    assertThat(session.send(Unpooled.wrappedBuffer(new byte[100]))).isFalse();
    assertThat(owner.ends).hasSize(1);
  }
}
