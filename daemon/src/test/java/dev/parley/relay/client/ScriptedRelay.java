package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.relay.RelayWire;
import dev.parley.relay.TestRelays;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.ServerFrame;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** A relay that says what the test wants, over real TLS and WebSocket. */
final class ScriptedRelay implements AutoCloseable {
  private final Identity identity;
  private final Channel channel;
  final AtomicInteger answers = new AtomicInteger();
  final AtomicInteger connections = new AtomicInteger();

  /**
   * @param greeting what it says first
   * @param reply to each of the client's frames
   */
  ScriptedRelay(
      EventLoopGroup group,
      Identity identity,
      Supplier<WebSocketFrame> greeting,
      Function<ClientFrame, Optional<ServerFrame>> reply)
      throws Exception {
    this.identity = identity;
    SslContext tls =
        SslContextBuilder.forServer(identity.privateKey(), identity.certificate())
            .sslProvider(SslProvider.JDK)
            .build();
    channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel child) {
                    child
                        .pipeline()
                        .addLast(tls.newHandler(child.alloc()))
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(1_024))
                        .addLast(new WebSocketServerProtocolHandler("/parley"))
                        .addLast(script(greeting, reply));
                  }
                })
            .bind(TestRelays.loopback(0))
            .sync()
            .channel();
  }

  private SimpleChannelInboundHandler<BinaryWebSocketFrame> script(
      Supplier<WebSocketFrame> greeting, Function<ClientFrame, Optional<ServerFrame>> reply) {
    return new SimpleChannelInboundHandler<>() {
      @Override
      public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
          connections.incrementAndGet();
          ctx.writeAndFlush(greeting.get());
        }
      }

      @Override
      protected void channelRead0(ChannelHandlerContext ctx, BinaryWebSocketFrame frame)
          throws Exception {
        ClientFrame said = RelayWire.readClientFrame(frame.content().skipBytes(1));
        if (said.hasAnswer()) {
          answers.incrementAndGet();
        }
        reply.apply(said).ifPresent(f -> ctx.writeAndFlush(frame(f)));
      }
    };
  }

  static BinaryWebSocketFrame frame(ServerFrame frame) {
    return new BinaryWebSocketFrame(
        RelayWire.control(io.netty.buffer.UnpooledByteBufAllocator.DEFAULT, frame));
  }

  RelayUrl url() {
    InetSocketAddress address = (InetSocketAddress) channel.localAddress();
    return new RelayUrl(
        "127.0.0.1", address.getPort(), "/parley", false, Optional.of(identity.id()));
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
  }
}
