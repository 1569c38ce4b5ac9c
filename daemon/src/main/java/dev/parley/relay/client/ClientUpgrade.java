package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import dev.parley.relay.RelayWire;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/** Asks for the WebSocket once TLS stands, and leaves the pipeline when it is granted. */
final class ClientUpgrade extends SimpleChannelInboundHandler<FullHttpResponse> {
  /** A relay may forward any UDP datagram. */
  private static final int MAX_FRAME_BYTES = RelayWire.maxFrameBytes(65_535);

  private static final Duration AFTER_TOO_MANY_REQUESTS = Duration.ofSeconds(10);

  private final RelayConnection connection;
  private final WebSocketClientHandshaker13 handshaker;

  ClientUpgrade(RelayUrl url, RelayConnection connection) {
    this.connection = connection;
    this.handshaker =
        new WebSocketClientHandshaker13(
            uri(url), WebSocketVersion.V13, null, false, new DefaultHttpHeaders(), MAX_FRAME_BYTES);
  }

  private static URI uri(RelayUrl url) {
    try {
      return new URI("wss", null, url.host(), url.port(), url.path(), null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("a relay URL that makes no URI: " + url, e);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls && tls.isSuccess()) {
      handshaker.handshake(ctx.channel());
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
    HttpResponseStatus status = response.status();
    if (!status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      connection.fail(problemOf(status));
      return;
    }
    try {
      handshaker.finishHandshake(ctx.channel(), response);
      ctx.pipeline().remove(this);
    } catch (WebSocketHandshakeException e) {
      connection.fail(new RelayProblem.NoRelay("its WebSocket upgrade is wrong"));
    }
  }

  private static RelayProblem problemOf(HttpResponseStatus status) {
    return switch (status.code()) {
      case 429 -> new RelayProblem.RateLimited(AFTER_TOO_MANY_REQUESTS);
      case 502, 503, 504 ->
          new RelayProblem.Unreachable(
              "the proxy in front of it answers " + status.code() + ": the relay itself is down");
      default -> new RelayProblem.NoRelay("it answers the upgrade with HTTP " + status.code());
    };
  }
}
