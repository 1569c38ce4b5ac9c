package dev.parley.nat.sim;

import dev.parley.nat.path.PathListener;
import dev.parley.nat.path.PathSwitch;
import dev.parley.nat.stun.StunClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.function.BiConsumer;

/** One life of a node's UDP port: the real switch between a simulated wire and the links. */
final class MiniPort {
  final PathSwitch paths;
  final StunClient stun;
  private final VirtualTime time;
  private final EmbeddedChannel channel;

  /**
   * @param wire what goes out to the network
   * @param above what comes in for the links: the flow's address, and the datagram
   */
  MiniPort(
      VirtualTime time,
      PathListener listener,
      MiniSigner signer,
      Random random,
      BiConsumer<InetSocketAddress, byte[]> wire,
      BiConsumer<InetSocketAddress, ByteBuf> above) {
    this.time = time;
    this.channel = time.channel();
    this.paths = new PathSwitch(new FlowIds(), signer, listener, time::nanos, random);
    this.stun =
        new StunClient(channel.eventLoop(), random, (datagram, to) -> paths.sendStun(datagram, to));
    channel.pipeline().addLast(new Wire(wire), paths, new Above(above));
  }

  EventLoop loop() {
    return channel.eventLoop();
  }

  void receive(Packet packet) {
    channel.writeInbound(
        new DatagramPacket(
            Unpooled.wrappedBuffer(packet.content()), PathSwitch.LOCAL, packet.from()));
  }

  void write(InetSocketAddress flow, ByteBuf datagram) {
    channel.writeOutbound(new DatagramPacket(datagram, flow));
  }

  /** The process ends: timers stop, and nothing is said to anyone. */
  void kill() {
    time.end(channel);
  }

  private static final class Wire extends ChannelOutboundHandlerAdapter {
    private final BiConsumer<InetSocketAddress, byte[]> out;

    Wire(BiConsumer<InetSocketAddress, byte[]> out) {
      this.out = out;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      DatagramPacket packet = (DatagramPacket) message;
      InetSocketAddress to = packet.recipient();
      out.accept(to, Internet.bytes(packet.content()));
      boolean unused = promise.trySuccess();
    }
  }

  private static final class Above extends ChannelInboundHandlerAdapter {
    private final BiConsumer<InetSocketAddress, ByteBuf> in;

    Above(BiConsumer<InetSocketAddress, ByteBuf> in) {
      this.in = in;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      DatagramPacket packet = (DatagramPacket) message;
      try {
        in.accept(packet.sender(), packet.content());
      } finally {
        packet.release();
      }
    }
  }
}
