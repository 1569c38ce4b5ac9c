package dev.parley.nat.port;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Which event loop and sockets this platform has best: epoll on Linux, NIO elsewhere. */
public final class IoLoop {
  private static final boolean EPOLL = Epoll.isAvailable();

  private IoLoop() {}

  /** Whether the sockets are epoll's, with segmentation offload. */
  public static boolean isEpoll() {
    return EPOLL;
  }

  /** A group of so many daemon threads with this name. */
  public static EventLoopGroup group(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(
        threads,
        new DefaultThreadFactory(name, true),
        EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  public static Class<? extends DatagramChannel> datagram() {
    return EPOLL ? EpollDatagramChannel.class : NioDatagramChannel.class;
  }

  public static Class<? extends SocketChannel> socket() {
    return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  public static Class<? extends ServerSocketChannel> serverSocket() {
    return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** Asserts, with a name for what went wrong, that the caller is on the channel's event loop. */
  public static void requireOn(Channel channel) {
    if (!channel.eventLoop().inEventLoop()) {
      throw new IllegalStateException("not on the event loop of " + channel);
    }
  }
}
