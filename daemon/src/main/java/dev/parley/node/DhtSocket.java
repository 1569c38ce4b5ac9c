package dev.parley.node;

import com.google.protobuf.ByteString;
import dev.parley.discovery.dht.DatagramSender;
import dev.parley.nat.port.IoLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DHT's UDP socket, on the node's event loop. It has a port of its own: its messages begin with
 * the byte 0x64, and so do short headers of QUIC.
 */
final class DhtSocket implements DatagramSender {
  private static final Logger log = LoggerFactory.getLogger(DhtSocket.class);

  /** Longer ones are cut, and cut ones are no messages. */
  private static final int MAX_DATAGRAM_BYTES = 2_048;

  private final Channel channel;

  private DhtSocket(Channel channel) {
    this.channel = channel;
  }

  /** Binds, and blocks for it. The receiver is called on the event loop. */
  static DhtSocket open(
      EventLoop loop, InetSocketAddress listen, BiConsumer<InetSocketAddress, byte[]> receiver)
      throws NodeStartException {
    ChannelFuture bound =
        new Bootstrap()
            .group(loop)
            .channel(IoLoop.datagram())
            .option(
                ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM_BYTES))
            .handler(new Receiver(receiver))
            .bind(listen)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new NodeStartException(
          "cannot listen on UDP "
              + AddressText.of(listen)
              + " for the DHT: "
              + UdpBinding.reason(bound.cause()),
          "Choose another port with `port` in [dht] of the configuration, or 0 for any free one.",
          bound.cause());
    }
    return new DhtSocket(bound.channel());
  }

  @Override
  public void send(InetSocketAddress to, ByteString datagram) {
    channel
        .writeAndFlush(
            new DatagramPacket(Unpooled.wrappedBuffer(datagram.asReadOnlyByteBuffer()), to))
        .addListener(
            sent -> {
              if (!sent.isSuccess()) {
                log.debug("to {}: {}", to, sent.cause().toString());
              }
            });
  }

  void close() {
    var unused = channel.close();
  }

  private static final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
    private final BiConsumer<InetSocketAddress, byte[]> receiver;

    Receiver(BiConsumer<InetSocketAddress, byte[]> receiver) {
      this.receiver = receiver;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      byte[] bytes = new byte[packet.content().readableBytes()];
      packet.content().readBytes(bytes);
      receiver.accept(packet.sender(), bytes);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // An ICMP error of some node of the DHT, or a bug: the socket stays.
      log.debug("the DHT's socket: {}", cause.toString());
    }
  }
}
