package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import dev.parley.nat.PeerKey;
import dev.parley.nat.path.Flow;
import dev.parley.proto.framing.FrameWriter;
import dev.parley.transport.TransportFixture.Endpoint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A peer with a key of its own that proves it, and from there on does as the test pleases. */
final class RawPeer {
  /** By which the target's probes are to name the link. */
  static final long TAG = 0;

  final QuicChannel channel;

  RawPeer(Endpoint own, Endpoint target) throws Exception {
    this(own, target, false);
  }

  /**
   * @param bulk whether it is not the link but a connection beside it
   */
  RawPeer(Endpoint own, Endpoint target, boolean bulk) throws Exception {
    CompletableFuture<QuicChannel> handshake = new CompletableFuture<>();
    own.onLoop(
        () -> {
          Flow flow =
              own.transport
                  .paths()
                  .dial(
                      PeerKey.of(target.id().toByteArray()), List.of(target.address()), List.of());
          // Or its own switch would tell the target, truly, that it knows nothing of the link.
          own.transport.paths().reserve(TAG);
          own.transport
              .endpoint()
              .bootstrap(
                  flow,
                  new PeerTls.Expectation(target.id()),
                  bulk,
                  handshake::complete,
                  (refused, reason) ->
                      handshake.completeExceptionally(new IllegalStateException(reason)))
              .connect();
        });
    this.channel = handshake.get(30, TimeUnit.SECONDS);
  }

  /** A stream that begins with these bytes. */
  QuicStreamChannel stream(byte[] bytes) throws Exception {
    QuicStreamChannel stream = openStream();
    write(stream, bytes);
    return stream;
  }

  QuicStreamChannel openStream() throws InterruptedException, ExecutionException {
    return channel.createStream(QuicStreamType.BIDIRECTIONAL, new Discard()).sync().get();
  }

  static void write(QuicStreamChannel stream, byte[] bytes) {
    stream.writeAndFlush(Unpooled.wrappedBuffer(bytes));
  }

  static byte[] frames(MessageLite... frames) {
    return FrameWriter.encode(List.of(frames), 1 << 20);
  }

  boolean isOpen() {
    return channel.isActive();
  }

  void assertOpen() {
    assertThat(channel.isActive()).isTrue();
  }

  private static final class Discard extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ((ByteBuf) message).release();
    }
  }
}
