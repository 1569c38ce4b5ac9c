package dev.parley.relay.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.TooLongHttpContentException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sets up an accepted connection: TLS, HTTP with tight bounds, and the time it has. */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
  /** Room for what proxies add; a browser's cookies are none of ours. */
  private static final int MAX_HEADER_BYTES = 8_192;

  private static final int MAX_REQUEST_LINE_BYTES = 1_024;
  private static final int MAX_REQUEST_BODY_BYTES = 1_024;

  private final RelayCore core;
  private final @Nullable SslContext tls;

  ConnectionInitializer(RelayCore core, @Nullable SslContext tls) {
    this.core = core;
    this.tls = tls;
  }

  @Override
  protected void initChannel(Channel channel) {
    applySendQueueLimit(channel, core.limits().sendQueueBytes());
    closeUnlessAuthenticatedInTime(channel);
    if (tls != null) {
      SslHandler handler = tls.newHandler(channel.alloc());
      // The timer above covers it, and says so with a better word.
      handler.setHandshakeTimeoutMillis(0);
      channel.pipeline().addLast(handler);
    }
    channel
        .pipeline()
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                    .setMaxHeaderSize(MAX_HEADER_BYTES)
                    .setMaxChunkSize(MAX_REQUEST_BODY_BYTES)))
        .addLast(new BoundedRequests())
        .addLast(new UpgradeHandler(core));
  }

  /** Netty's answers a request that is too large, but keeps the connection for another. */
  private static final class BoundedRequests extends HttpObjectAggregator {
    BoundedRequests() {
      super(MAX_REQUEST_BODY_BYTES);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
      ctx.fireExceptionCaught(new TooLongHttpContentException("a request with a body"));
    }
  }

  /** Past so many bytes the channel is not writable and datagrams for it are dropped. */
  static void applySendQueueLimit(Channel channel, int sendQueueBytes) {
    channel
        .config()
        .setWriteBufferWaterMark(new WriteBufferWaterMark(sendQueueBytes / 2, sendQueueBytes));
  }

  private void closeUnlessAuthenticatedInTime(Channel channel) {
    Future<?> timer =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  if (HandshakeSlot.of(channel).isHeld()) {
                    core.counters.refused(Refusal.HANDSHAKE_TIMEOUT, channel.remoteAddress());
                    channel.close();
                  }
                },
                core.limits().handshakeTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
  }
}
