package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.RejectedExecutionException;

/**
 * Opens the channel of one attempt: the name, TCP, TLS and the upgrade. What comes of it is told to
 * the {@link RelayConnection}.
 */
final class RelayDial {
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  /** An answer to our upgrade; a proxy's error page may be longer, and is of no interest. */
  private static final int MAX_RESPONSE_BYTES = 16_384;

  /** Past this a datagram would wait for longer than the layers above believe in it. */
  private static final WriteBufferWaterMark SEND_QUEUE = new WriteBufferWaterMark(65_536, 131_072);

  private static final long NOT_SENT_LOW_WATER_BYTES = 65_536;

  private final RelayUrl url;
  private final RelayEnvironment environment;
  private final SslContext tls;

  RelayDial(RelayUrl url, RelayEnvironment environment, SslContext tls) {
    this.url = url;
    this.environment = environment;
    this.tls = tls;
  }

  /**
   * @param attempt chooses among the name's addresses, so that one dead address is not the end
   */
  void open(RelayConnection connection, int attempt) {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(url.host());
    if (literal != null) {
      try {
        connect(connection, InetAddress.getByAddress(literal));
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address of " + literal.length + " bytes", e);
      }
      return;
    }
    try {
      environment.resolver().execute(() -> resolve(connection, attempt));
    } catch (RejectedExecutionException e) {
      connection.fail(new RelayProblem.Unreachable("this node is shutting down"));
    }
  }

  /** On the resolver's thread. */
  private void resolve(RelayConnection connection, int attempt) {
    EventLoop loop = environment.loop();
    Runnable next;
    try {
      InetAddress[] addresses = InetAddress.getAllByName(url.host());
      InetAddress chosen = addresses[Math.floorMod(attempt, addresses.length)];
      next = () -> connect(connection, chosen);
    } catch (UnknownHostException e) {
      String why = "the name " + url.host() + " has no address";
      next = () -> connection.fail(new RelayProblem.Unreachable(why));
    }
    if (!loop.isShuttingDown()) {
      loop.execute(next);
    }
  }

  private void connect(RelayConnection connection, InetAddress address) {
    if (connection.isEnded()) {
      return;
    }
    boolean epoll =
        environment.loop() instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(environment.loop())
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, SEND_QUEUE)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    build(channel, connection);
                  }
                });
    if (epoll) {
      bootstrap.option(EpollChannelOption.TCP_NOTSENT_LOWAT, NOT_SENT_LOW_WATER_BYTES);
    }
    InetSocketAddress target = new InetSocketAddress(address, url.port());
    bootstrap
        .connect(target)
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                connection.fail(unreachable(target, connected.cause()));
              }
            });
  }

  private void build(Channel channel, RelayConnection connection) {
    // A proxy's CONNECT will go here, before TLS.
    channel
        .pipeline()
        .addLast(tls.newHandler(channel.alloc(), url.host(), url.port()))
        .addLast(new HttpClientCodec())
        .addLast(new HttpObjectAggregator(MAX_RESPONSE_BYTES))
        .addLast(new ClientUpgrade(url, connection))
        .addLast(connection);
  }

  private static RelayProblem unreachable(InetSocketAddress target, Throwable cause) {
    String where = target.getAddress().getHostAddress() + " port " + target.getPort();
    if (cause instanceof ConnectTimeoutException) {
      return new RelayProblem.Unreachable(
          "no answer from " + where + " within " + CONNECT_TIMEOUT_MILLIS / 1000 + " s");
    }
    boolean refused = String.valueOf(cause.getMessage()).contains("refused");
    return new RelayProblem.Unreachable(
        refused ? where + " refused the connection" : where + ": " + cause.getMessage());
  }
}
