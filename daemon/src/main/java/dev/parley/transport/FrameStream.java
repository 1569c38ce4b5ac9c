package dev.parley.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.parley.link.Link;
import dev.parley.link.LinkStream;
import dev.parley.link.StreamHandler;
import dev.parley.link.StreamKind;
import dev.parley.proto.framing.FrameReader;
import dev.parley.proto.framing.FrameWriter;
import dev.parley.proto.framing.FramingException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One QUIC stream as frames. Owned by the event loop; {@link #write} and its like post to it.
 *
 * <p>Frames written before the stream is open wait in order. A peer that sends what is no frame has
 * its stream closed and is counted.
 */
final class FrameStream extends ChannelInboundHandlerAdapter
    implements LinkStream, IncomingHandler {
  /** Written before the stream is open, in buffers; whoever writes more did not look. */
  private static final int MAX_EARLY_WRITES = 64;

  private final Connection connection;
  private final StreamKind kind;
  private final StreamHandler handler;
  private final FrameReader reader;
  private final Queue<byte[]> early = new ArrayDeque<>();
  private @Nullable Channel channel;
  private volatile boolean wantsReading = true;
  private boolean closed;
  private volatile boolean writable = true;

  FrameStream(Connection connection, StreamKind kind, StreamHandler handler, FrameReader reader) {
    this.connection = connection;
    this.kind = kind;
    this.handler = handler;
    this.reader = reader;
  }

  @Override
  public Link link() {
    return connection;
  }

  @Override
  public void write(List<? extends MessageLite> frames) {
    byte[] bytes = FrameWriter.encode(frames, kind.maxFrameBytes());
    if (loop().inEventLoop()) {
      writeNow(bytes);
    } else {
      loop().execute(() -> writeNow(bytes));
    }
  }

  void writeNow(byte[] bytes) {
    if (closed) {
      return;
    }
    Channel open = channel;
    if (open == null) {
      if (early.size() < MAX_EARLY_WRITES) {
        early.add(bytes);
      } else {
        close();
      }
      return;
    }
    connection.onSending(bytes.length);
    open.writeAndFlush(Unpooled.wrappedBuffer(bytes), open.voidPromise());
    writable = open.isWritable();
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void setReading(boolean reading) {
    // Whoever holds a flood back does so from within onFrames: it must not read on until a task
    // gets its turn. And the newest wish counts, in whatever order the tasks run.
    wantsReading = reading;
    if (loop().inEventLoop()) {
      applyReading();
    } else {
      loop().execute(this::applyReading);
    }
  }

  private void applyReading() {
    if (channel != null) {
      channel.config().setAutoRead(wantsReading);
    }
  }

  @Override
  public void close() {
    loop()
        .execute(
            () -> {
              if (channel != null) {
                channel.close();
              } else {
                ended();
              }
            });
  }

  @Override
  public void begin(QuicStreamChannel stream) {
    opened(stream, new byte[0]);
  }

  /** The QUIC stream is open: what was written before goes out, behind {@code header}. */
  void opened(Channel stream, byte[] header) {
    if (closed) {
      stream.close();
      return;
    }
    channel = stream;
    stream.config().setAutoRead(wantsReading);
    if (header.length > 0) {
      stream.write(Unpooled.wrappedBuffer(header), stream.voidPromise());
    }
    for (byte[] bytes = early.poll(); bytes != null; bytes = early.poll()) {
      stream.write(Unpooled.wrappedBuffer(bytes), stream.voidPromise());
    }
    stream.flush();
    writable = stream.isWritable();
  }

  /** It will never open. */
  void ended() {
    if (!closed) {
      closed = true;
      early.clear();
      handler.onClosed();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      List<ByteString> frames = new ArrayList<>();
      reader.read(bytes.nioBuffer(), frames::add);
      connection.onReceived();
      if (!frames.isEmpty()) {
        handler.onFrames(frames);
      }
    } catch (FramingException e) {
      connection.onHostileInput("no frames: " + e.getMessage());
      ctx.close();
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    boolean was = writable;
    writable = ctx.channel().isWritable();
    if (writable && !was) {
      handler.onWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended();
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

  private EventLoop loop() {
    return connection.loop();
  }
}
