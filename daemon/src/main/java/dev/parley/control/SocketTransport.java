package dev.parley.control;

import dev.parley.home.RuntimeDirectory;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/** How this platform does Unix sockets: epoll on Linux, the JDK's own channels elsewhere. */
sealed interface SocketTransport {
  ThreadFactory THREADS = new DefaultThreadFactory("parley-control-io", true);

  EventLoopGroup newEventLoop();

  ChannelFactory<ServerChannel> serverChannels();

  SocketAddress address(Path socket);

  /**
   * Whether the program at the other end acts for the owner of the directory. Asks the kernel
   * (SO_PEERCRED); where the platform cannot tell, the directory's mode is the whole defence.
   */
  boolean isOwner(Channel connection, RuntimeDirectory directory) throws IOException;

  static SocketTransport ofThisPlatform() {
    return Epoll.isAvailable() ? new WithEpoll() : new WithNio();
  }

  /** Linux. */
  record WithEpoll() implements SocketTransport {
    @Override
    public EventLoopGroup newEventLoop() {
      return new MultiThreadIoEventLoopGroup(1, THREADS, EpollIoHandler.newFactory());
    }

    @Override
    public ChannelFactory<ServerChannel> serverChannels() {
      return EpollServerDomainSocketChannel::new;
    }

    @Override
    public SocketAddress address(Path socket) {
      return new DomainSocketAddress(socket.toString());
    }

    @Override
    public boolean isOwner(Channel connection, RuntimeDirectory directory) throws IOException {
      int uid = ((EpollDomainSocketChannel) connection).peerCredentials().uid();
      return directory.uid().isPresent() && directory.uid().getAsInt() == uid;
    }
  }

  /** macOS and Windows. */
  record WithNio() implements SocketTransport {
    @Override
    public EventLoopGroup newEventLoop() {
      return new MultiThreadIoEventLoopGroup(1, THREADS, NioIoHandler.newFactory());
    }

    @Override
    public ChannelFactory<ServerChannel> serverChannels() {
      return NioServerDomainSocketChannel::new;
    }

    @Override
    public SocketAddress address(Path socket) {
      return UnixDomainSocketAddress.of(socket);
    }

    @Override
    public boolean isOwner(Channel connection, RuntimeDirectory directory) {
      UnixDomainPrincipal peer =
          connection.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
      return peer == null || peer.user().equals(directory.owner());
    }
  }
}
