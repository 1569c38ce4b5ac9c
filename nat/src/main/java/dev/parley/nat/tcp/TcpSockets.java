package dev.parley.nat.tcp;

import dev.parley.nat.port.IoLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetSocketAddress;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens sockets whose queues are short: what is above copes with loss, never with a long queue. */
final class TcpSockets {
  /** A SYN, and its retransmission after a second (RFC 6298 §2). */
  static final int CONNECT_TIMEOUT_MILLIS = 3_000;

  /** Bytes that wait here; with more, datagrams are dropped. */
  static final int QUEUE_BYTES = 65_536;

  /** Bytes that wait in the kernel before it takes no more, on Linux. */
  static final int NOT_SENT_BYTES = 65_536;

  private static final int ACCEPT_BACKLOG = 128;
  private static final WriteBufferWaterMark MARKS =
      new WriteBufferWaterMark(QUEUE_BYTES / 2, QUEUE_BYTES);

  private final EventLoop loop;

  TcpSockets(EventLoop loop) {
    this.loop = loop;
  }

  /**
   * @param acceptor makes the session of a connection, or null to refuse it
   */
  ChannelFuture listen(
      InetSocketAddress address,
      BiFunction<Channel, InetSocketAddress, @Nullable TcpSession> acceptor) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop, loop)
            .channel(IoLoop.serverSocket())
            .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
            .handler(new Gate(acceptor))
            .childHandler(new Installed());
    if (IoLoop.isEpoll()) {
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) NOT_SENT_BYTES);
    }
    return bootstrap.bind(address);
  }

  ChannelFuture connect(InetSocketAddress address, Function<Channel, TcpSession> session) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(IoLoop.socket())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    install(channel, session.apply(channel));
                  }
                });
    if (IoLoop.isEpoll()) {
      bootstrap.option(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) NOT_SENT_BYTES);
    }
    return bootstrap.connect(address);
  }

  private static void install(Channel channel, TcpSession session) {
    channel.pipeline().addLast(new FrameDecoder(), session);
  }

  /** Stands before the acceptor: a connection that is refused here costs next to nothing. */
  private static final class Gate extends ChannelInboundHandlerAdapter {
    private final BiFunction<Channel, InetSocketAddress, @Nullable TcpSession> acceptor;

    Gate(BiFunction<Channel, InetSocketAddress, @Nullable TcpSession> acceptor) {
      this.acceptor = acceptor;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      Channel child = (Channel) message;
      InetSocketAddress from = (InetSocketAddress) child.remoteAddress();
      // Without an address it has been reset before it was accepted.
      TcpSession session = from == null ? null : acceptor.apply(child, from);
      if (session == null) {
        child.unsafe().closeForcibly();
        return;
      }
      install(child, session);
      child.closeFuture().addListener(closed -> session.onClosed());
      ctx.fireChannelRead(child);
    }
  }

  /** The acceptor wants a handler, and the gate has brought those there are. */
  private static final class Installed extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {}
  }
}
