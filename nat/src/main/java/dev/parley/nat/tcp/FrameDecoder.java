package dev.parley.nat.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;

/** Cuts the stream of a connection into frames: a length of two bytes, and so many bytes. */
final class FrameDecoder extends ByteToMessageDecoder {
  static final int HEADER_BYTES = 2;

  /** Well above any datagram of ours. */
  static final int MAX_FRAME_BYTES = 2_048;

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < HEADER_BYTES) {
      return;
    }
    int size = in.getUnsignedShort(in.readerIndex());
    if (size < 1 || size > MAX_FRAME_BYTES) {
      in.skipBytes(in.readableBytes());
      throw new CorruptedFrameException("a frame of " + size + " bytes");
    }
    if (in.readableBytes() >= HEADER_BYTES + size) {
      in.skipBytes(HEADER_BYTES);
      out.add(in.readRetainedSlice(size));
    }
  }
}
