package dev.parley.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.peer.v1.StreamHeader;
import dev.parley.proto.framing.FrameReader;
import dev.parley.proto.framing.FramingException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Waits for the header of a stream that the peer has opened, then makes way for what it names. */
final class IncomingStream extends ChannelInboundHandlerAdapter {
  /** A header of the largest form that a later version may send. */
  private static final int MAX_HEADER_BYTES = 64;

  private final Carrier carrier;
  private final FrameReader reader = new FrameReader(MAX_HEADER_BYTES);

  IncomingStream(Carrier carrier) {
    this.carrier = carrier;
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
      IncomingHandler taker = carrier.accept(header);
      if (taker == null) {
        ctx.close();
        return;
      }
      ctx.pipeline().addLast(taker);
      taker.begin((QuicStreamChannel) ctx.channel());
      ctx.pipeline().remove(this);
      if (bytes.isReadable()) {
        handedOn = true;
        ctx.pipeline().fireChannelRead(bytes);
      }
    } catch (FramingException | InvalidProtocolBufferException e) {
      carrier.onHostileInput("a stream header that is none: " + e.getMessage());
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
    carrier.onStreamFailure(cause);
    ctx.close();
  }
}
