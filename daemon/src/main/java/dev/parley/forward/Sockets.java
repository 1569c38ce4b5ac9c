package dev.parley.forward;

import dev.parley.nat.port.IoLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets that this platform has, with the options of forwards. */
final class Sockets {
  /** One read takes up to this much: what bulk needs to be quick, and gone when it is handed on. */
  static final int READ_BYTES = 64 * 1024;

  /** Above what any channel takes in a datagram: a larger one is cut here, and dropped there. */
  static final int DATAGRAM_BYTES = 2_048;

  /** Past the upper the link is held back; below the lower it goes on. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

  /** The peer waits meanwhile, ten seconds unless it has said otherwise. */
  private static final int CONNECT_MILLIS = 5_000;

  private static final Logger log = LoggerFactory.getLogger(Sockets.class);

  private Sockets() {}

  static SocketAddress unixAddress(Path path) {
    return IoLoop.isEpoll()
        ? new DomainSocketAddress(path.toString())
        : UnixDomainSocketAddress.of(path);
  }

  /** A stream that is not read before somebody says so. */
  static Bootstrap stream(EventLoop loop, boolean unix) {
    Class<? extends Channel> unixType =
        IoLoop.isEpoll() ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(unix ? unixType : IoLoop.socket())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel socket) {
                    socket.pipeline().addLast(new EarlyReads());
                  }
                });
    return unix ? bootstrap : bootstrap.option(ChannelOption.TCP_NODELAY, true);
  }

  /** Accepts one connection at a time, so that a pause comes into force at once. */
  static ServerBootstrap listener(EventLoop loop, boolean unix, Consumer<Channel> accepted) {
    Class<? extends ServerChannel> unixType =
        IoLoop.isEpoll()
            ? EpollServerDomainSocketChannel.class
            : NioServerDomainSocketChannel.class;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(unix ? unixType : IoLoop.serverSocket())
            .option(ChannelOption.RECVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator())
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel socket) {
                    socket.pipeline().addLast(new EarlyReads());
                    accepted.accept(socket);
                  }
                });
    return unix
        ? bootstrap
        : bootstrap
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true);
  }

  static Bootstrap datagram(EventLoop loop, ChannelHandler handler) {
    return new Bootstrap()
        .group(loop)
        .channel(IoLoop.datagram())
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM_BYTES))
        .handler(handler);
  }

  /** Ends a connection so that the program at its other end does not take it for whole. */
  static void reset(Channel socket) {
    // Closed so, TCP sends RST (RFC 9293, section 3.10.4). A Unix socket takes no such option.
    try {
      if (socket.isOpen() && !socket.config().setOption(ChannelOption.SO_LINGER, 0)) {
        log.trace("{} cannot be reset, and is closed", socket);
      }
    } catch (ChannelException e) {
      log.debug("{} was closed before it could be reset", socket);
    }
    socket.close();
  }
}
