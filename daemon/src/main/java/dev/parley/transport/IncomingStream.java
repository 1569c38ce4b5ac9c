package dev.parley.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.link.StreamKind;
import dev.parley.peer.v1.StreamHeader;
import dev.parley.proto.framing.FrameReader;
import dev.parley.proto.framing.FramingException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Waits for the header of a stream that the peer has opened, then makes way for what it names. */
final class IncomingStream extends ChannelInboundHandlerAdapter {
  /** A header of the largest form that a later version may send. */
  private static final int MAX_HEADER_BYTES = 64;

  private final Connection connection;
  private final FrameReader reader = new FrameReader(MAX_HEADER_BYTES);

  IncomingStream(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    boolean handedOn = false;
    try {
      StreamHeader header = readHeader(bytes);
      if (header == null) {
        return;
      }
      StreamKind kind = kindOf(header);
      if (kind == null) {
        connection.onHostileInput("a stream of unknown kind " + header.getKindValue());
        ctx.close();
        return;
      }
      FrameStream stream = connection.accept(kind);
      if (stream == null) {
        ctx.close();
        return;
      }
      ctx.pipeline().addLast(stream);
      stream.opened(ctx.channel(), new byte[0]);
      ctx.pipeline().remove(this);
      if (bytes.isReadable()) {
        handedOn = true;
        ctx.pipeline().fireChannelRead(bytes);
      }
    } catch (FramingException | InvalidProtocolBufferException e) {
      connection.onHostileInput("a stream header that is none: " + e.getMessage());
      ctx.close();
    } finally {
      if (!handedOn) {
        bytes.release();
      }
    }
  }

  /** Takes just the header's bytes, one at a time: the rest belongs to whoever comes after. */
  private @Nullable StreamHeader readHeader(ByteBuf bytes)
      throws FramingException, InvalidProtocolBufferException {
    List<ByteString> frames = new ArrayList<>(1);
    while (bytes.isReadable()) {
      reader.read(ByteBuffer.wrap(new byte[] {bytes.readByte()}), frames::add);
      if (!frames.isEmpty()) {
        return StreamHeader.parseFrom(frames.get(0));
      }
    }
    return null;
  }

  private static @Nullable StreamKind kindOf(StreamHeader header) {
    return switch (header.getKind()) {
      case STREAM_KIND_CONTROL -> StreamKind.CONTROL;
      case STREAM_KIND_MESSAGES -> StreamKind.MESSAGES;
      case STREAM_KIND_CHANNEL, STREAM_KIND_FILES, STREAM_KIND_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  /** The peer has ended its direction; streams end both ways at once. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    connection.onStreamFailure(cause);
    ctx.close();
  }
}
