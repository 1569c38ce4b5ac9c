package dev.parley.nat.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UdpPortTest {
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final EventLoopGroup group = IoLoop.group(1, "test-udp");

  @AfterEach
  void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private Channel open(InetSocketAddress at, ChannelHandler handler) throws Exception {
    return UdpPort.open(group, at, handler).sync().channel();
  }

  @Test
  void aDatagramOverIpv4ShowsAnIpv4AddressEvenOnASocketForBoth() throws Exception {
    CompletableFuture<InetSocketAddress> sender = new CompletableFuture<>();
    Channel both =
        open(
            new InetSocketAddress(0),
            new SimpleChannelInboundHandler<DatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
                sender.complete(packet.sender());
              }
            });
    Channel other = open(LOOPBACK, new ChannelInboundHandlerAdapter());
    int port = ((InetSocketAddress) both.localAddress()).getPort();
    other
        .writeAndFlush(
            new DatagramPacket(
                Unpooled.wrappedBuffer(new byte[] {1}), new InetSocketAddress("127.0.0.1", port)))
        .sync();

    assertThat(sender.get(30, TimeUnit.SECONDS).getAddress()).isInstanceOf(Inet4Address.class);
  }

  @Test
  void aPortThatIsTakenIsSaidToBe() throws Exception {
    Channel first = open(LOOPBACK, new ChannelInboundHandlerAdapter());
    ChannelFuture second =
        UdpPort.open(
            group, (InetSocketAddress) first.localAddress(), new ChannelInboundHandlerAdapter());
    assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(second.cause()).isInstanceOf(IOException.class).hasMessageContaining("in use");
  }
}
