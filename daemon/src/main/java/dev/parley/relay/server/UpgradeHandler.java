package dev.parley.relay.server;

import dev.parley.discovery.RelayUrl;
import dev.parley.relay.RelayWire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;

/** Answers one HTTP request: the upgrade to our WebSocket, or a line of text and the end. */
final class UpgradeHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private final RelayCore core;

  UpgradeHandler(RelayCore core) {
    this.core = core;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      answer(ctx, HttpResponseStatus.BAD_REQUEST, "this is no HTTP/1.1 request\n");
    } else if (request.uri().equals(RelayUrl.DEFAULT_PATH)) {
      if (asksForOurWebSocket(request)) {
        upgrade(ctx, request);
      } else {
        answer(ctx, HttpResponseStatus.UPGRADE_REQUIRED, "parley speaks WebSocket 13 here\n");
      }
    } else if (request.uri().equals("/") && request.method().equals(HttpMethod.GET)) {
      answer(ctx, HttpResponseStatus.OK, "parley relay\n");
    } else {
      answer(ctx, HttpResponseStatus.NOT_FOUND, "not found\n");
    }
  }

  /** RFC 6455 §4.2.1. */
  private static boolean asksForOurWebSocket(FullHttpRequest request) {
    return request.method().equals(HttpMethod.GET)
        && request
            .headers()
            .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && request
            .headers()
            .contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET.toString(), true)
        && request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)
        && request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13", false);
  }

  private void upgrade(ChannelHandlerContext ctx, FullHttpRequest request) {
    WebSocketDecoderConfig decoder =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(RelayWire.maxFrameBytes(core.limits().maxDatagramBytes()))
            .expectMaskedFrames(true)
            .allowMaskMismatch(false)
            .allowExtensions(false)
            // The session says goodbye in our own words first.
            .closeOnProtocolViolation(false)
            .withUTF8Validator(false)
            .build();
    Session session =
        new Session(core, ObservedAddress.of(ctx.channel(), request, core.behindProxy));
    // The session enters when the answer has left, for until then HTTP's encoder is in the way.
    new WebSocketServerHandshaker13(RelayUrl.DEFAULT_PATH, null, decoder)
        .handshake(ctx.channel(), request)
        .addListener(
            sent -> {
              if (sent.isSuccess() && !ctx.isRemoved()) {
                ctx.pipeline().replace(this, "session", session);
              } else {
                ctx.close();
              }
            });
  }

  private void answer(ChannelHandlerContext ctx, HttpResponseStatus status, String line) {
    core.counters.refused(Refusal.PLAIN_HTTP, ctx.channel().remoteAddress());
    ByteBuf body =
        ByteBufUtil.encodeString(
            ctx.alloc(), java.nio.CharBuffer.wrap(line), StandardCharsets.US_ASCII);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      response
          .headers()
          .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
          .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    }
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable root =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    Object who = ctx.channel().remoteAddress();
    if (root instanceof SSLException) {
      core.counters.refused(Refusal.TLS_FAILED, who);
    } else if (root instanceof IOException) {
      // The connection broke; nothing was refused.
    } else {
      core.counters.refused(
          cause instanceof DecoderException ? Refusal.PROTOCOL_ERROR : Refusal.FAILED, who);
    }
    ctx.close();
  }
}
