package dev.parley.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that does not begin as HTTP/2 does, before gRPC hears of it: gRPC would log
 * each one. Leaves the pipeline once the preface has come.
 */
final class PrefaceGate extends ByteToMessageDecoder {
  /** A local program sends its preface at once; a connection that says nothing holds a place. */
  static final int PREFACE_SECONDS = 10;

  /** RFC 9113 §3.4. */
  private final ByteBuf preface =
      Unpooled.unreleasableBuffer(Http2CodecUtil.connectionPrefaceBuf()).asReadOnly();

  private final Drops drops;
  private @Nullable ScheduledFuture<?> deadline;

  PrefaceGate(Drops drops) {
    this.drops = drops;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    deadline =
        context.executor().schedule(() -> refuse(context), PREFACE_SECONDS, TimeUnit.SECONDS);
    context.fireChannelActive();
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int known = Math.min(in.readableBytes(), preface.readableBytes());
    for (int i = 0; i < known; i++) {
      if (in.getByte(in.readerIndex() + i) != preface.getByte(preface.readerIndex() + i)) {
        in.skipBytes(in.readableBytes());
        refuse(context);
        return;
      }
    }
    if (known == preface.readableBytes()) {
      // Removing this handler hands the bytes on, the preface included.
      context.pipeline().remove(this);
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  private void refuse(ChannelHandlerContext context) {
    drops.notGrpc.increment();
    context.close();
  }
}
