package dev.parley.nat.port;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetSocketAddress;

/** Opens the UDP socket that a node uses for everything. */
public final class UdpPort {
  /** Kernel buffers: a burst of a fast link, at a cost only while it is there. */
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  /** With receive offload one read returns up to 64 KiB of equal datagrams. */
  private static final int GRO_BUFFER_BYTES = 65_536;

  private static final int DATAGRAM_BUFFER_BYTES = 2_048;
  private static final int READS_PER_LOOP = 16;

  private UdpPort() {}

  /**
   * Binds. The unspecified address takes IPv4 and IPv6 alike where the system has both. The future
   * fails with an {@link java.io.IOException} when the port is taken; which one, depends on the
   * platform.
   */
  public static ChannelFuture open(
      EventLoopGroup group, InetSocketAddress listen, ChannelHandler handler) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channel(IoLoop.datagram())
            .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
            .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
            .handler(handler);
    FixedRecvByteBufAllocator receive =
        new FixedRecvByteBufAllocator(IoLoop.isEpoll() ? GRO_BUFFER_BYTES : DATAGRAM_BUFFER_BYTES);
    receive.maxMessagesPerRead(READS_PER_LOOP);
    bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, receive);
    if (IoLoop.isEpoll()) {
      bootstrap.option(EpollChannelOption.UDP_GRO, true);
    }
    return bootstrap.bind(listen);
  }
}
