package dev.parley.relay.server;

import dev.parley.nat.stun.StunServerHandler;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;

/** Opens the relay's two ports: with epoll where there is epoll, with NIO elsewhere. */
final class ServerSockets {
  /** How much the kernel keeps unsent per client; the rest waits where we can see and drop it. */
  private static final int NOT_SENT_LOW_WATER_BYTES = 65_536;

  private static final int ACCEPT_BACKLOG = 1_024;

  private final boolean epoll = Epoll.isAvailable();
  private final MultiThreadIoEventLoopGroup loops;

  ServerSockets(int threads) {
    this.loops =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory("parley-relay"),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  MultiThreadIoEventLoopGroup loops() {
    return loops;
  }

  Channel listen(InetSocketAddress address, ChannelHandler gate, ChannelHandler children)
      throws RelayStartException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .handler(gate)
            .childHandler(children);
    if (epoll) {
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) NOT_SENT_LOW_WATER_BYTES);
    }
    return bound(bootstrap.bind(address), "TCP", address);
  }

  Channel stun(InetSocketAddress address, StunServerHandler handler) throws RelayStartException {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
            .handler(handler);
    return bound(bootstrap.bind(address), "UDP", address);
  }

  private static Channel bound(ChannelFuture binding, String protocol, InetSocketAddress address)
      throws RelayStartException {
    binding.awaitUninterruptibly();
    Throwable cause = binding.cause();
    if (cause == null) {
      return binding.channel();
    }
    String where = protocol + " " + address.getHostString() + ":" + address.getPort();
    String why;
    if (cause instanceof BindException
        || String.valueOf(cause.getMessage()).contains("Address already in use")) {
      why =
          ": the port is taken, or the address is none of this machine's ("
              + cause.getMessage()
              + "). Choose another with --listen or --stun, or stop the program that has it.";
    } else if (cause instanceof UnresolvedAddressException) {
      why = ": the host name has no address.";
    } else {
      why = ": " + cause.getMessage();
    }
    throw new RelayStartException("the relay cannot listen on " + where + why, cause);
  }
}
