package dev.parley.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One QUIC stream that carries a part of a {@link CarriedStream}. What arrives before its turn, or
 * while nobody reads, is held: one read's worth, then the peer is held back. Owned by the event
 * loop.
 */
final class ByteLeg extends ChannelInboundHandlerAdapter
    implements IncomingHandler, ChunkReader.Taker {
  /** The largest buffer that the allocator keeps per thread: a larger one is sought each time. */
  private static final int READ_BYTES = 32 * 1024;

  private final int id;
  private final BulkConnection connection;
  private final CarriedStream stream;
  private final ChunkReader reader = new ChunkReader();
  private final Deque<ByteBuf> held = new ArrayDeque<>();
  private @Nullable QuicStreamChannel channel;
  private boolean outputOver;
  private boolean inputShut;
  private boolean gone;
  private boolean pumping;

  ByteLeg(int id, BulkConnection connection, CarriedStream stream) {
    this.id = id;
    this.connection = connection;
    this.stream = stream;
  }

  int id() {
    return id;
  }

  BulkConnection connection() {
    return connection;
  }

  boolean isOpen() {
    return channel != null && !gone;
  }

  /** Ours: the QUIC stream is there. */
  void opened(QuicStreamChannel quic, byte[] header) {
    use(quic);
    quic.writeAndFlush(Unpooled.wrappedBuffer(header), quic.voidPromise());
    stream.onLegOpen(this);
  }

  /** Ours: there will be none. */
  void failed(String why) {
    gone = true;
    stream.onLegFailed(this, why);
  }

  /** The peer's. */
  @Override
  public void begin(QuicStreamChannel quic) {
    use(quic);
    stream.onLegOpen(this);
  }

  private void use(QuicStreamChannel quic) {
    channel = quic;
    quic.config()
        .setAllowHalfClosure(true)
        .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_BYTES))
        .setWriteBufferWaterMark(QuicSettings.BULK_WATER_MARK);
    settleReading();
  }

  boolean isWritable() {
    return channel != null && !gone && channel.isWritable();
  }

  /** Sends a chunk with its header; releases it. */
  void write(ByteBuf chunk) {
    if (channel == null || outputOver) {
      chunk.release();
      return;
    }
    connection.onSending(chunk.readableBytes());
    channel.writeAndFlush(chunk, channel.voidPromise());
  }

  /** The direction is over, here and altogether. */
  void writeEnd() {
    finish(Unpooled.buffer(Chunk.HEADER_BYTES).writeInt(Chunk.header(Chunk.END, 0)));
  }

  /** The direction goes on on that leg. */
  void writeMoved(int next) {
    ByteBuf last = Unpooled.buffer(Chunk.HEADER_BYTES + Chunk.MOVED_BYTES);
    finish(last.writeInt(Chunk.header(Chunk.MOVED, Chunk.MOVED_BYTES)).writeInt(next));
  }

  /** This side's direction never comes by here. */
  void writeNothing() {
    finish(Unpooled.EMPTY_BUFFER);
  }

  private void finish(ByteBuf last) {
    if (channel != null && !outputOver) {
      outputOver = true;
      // With void promises there is no other way to put the end behind what is still queued.
      channel.writeAndFlush(new DefaultQuicStreamFrame(last, true), channel.newPromise());
    } else {
      last.release();
    }
  }

  /** Ends it at once, in both directions. */
  void reset(int code) {
    releaseHeld();
    if (channel != null && channel.isOpen()) {
      outputOver = true;
      channel.shutdown(code);
      channel.close();
    }
  }

  @Override
  public boolean takesMore() {
    return stream.takesFrom(this);
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    stream.onBytes(bytes);
  }

  @Override
  public void onEnd() {
    stream.onPeerEnd();
  }

  @Override
  public void onMoved(int leg) {
    stream.onPeerMoved(leg);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    connection.onReceived();
    if (stream.isOver()) {
      ((ByteBuf) message).release();
      return;
    }
    held.add((ByteBuf) message);
  }

  /** All of a round together: whoever hands it to another thread wakes that once. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    pump();
  }

  /** Hands on what is held, as far as it is this leg's turn and somebody reads. */
  void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (!held.isEmpty() && takesMore()) {
        ByteBuf first = held.getFirst();
        reader.read(first, this);
        if (!first.isReadable() && !held.isEmpty()) {
          held.removeFirst().release();
        }
      }
    } catch (ChunkReader.Malformed e) {
      connection.onHostileInput("no chunks: " + e.getMessage());
      stream.onHostile();
    } finally {
      pumping = false;
    }
    settleReading();
    settleEnd();
  }

  private void settleReading() {
    if (channel != null) {
      channel.config().setAutoRead(held.isEmpty() && (stream.reads() || !stream.takesTurn(this)));
    }
  }

  /** All has been read that will ever come: is that what the chunks say, too? */
  private void settleEnd() {
    if (!held.isEmpty()) {
      return;
    }
    if (inputShut && !stream.isOver() && stream.takesTurn(this) && !reader.isOver()) {
      connection.onHostileInput("a stream that ends without saying how");
      stream.onHostile();
    } else if (gone) {
      stream.onLegGone(this, connection.endOr("the peer closed it"));
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    stream.onLegWritability(this);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputShut = true;
      settleEnd();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    pump();
    if (!held.isEmpty() && !inputShut) {
      stream.onLegGone(this, connection.endOr("the peer closed it"));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof QuicStreamResetException reset) {
      stream.onPeerReset((int) Math.min(reset.applicationProtocolCode(), Integer.MAX_VALUE));
    } else {
      connection.onStreamFailure(cause);
      stream.onWriteFailed(this);
    }
  }

  void releaseHeld() {
    held.forEach(ByteBuf::release);
    held.clear();
  }

  /**
   * The QUIC stream is gone, all of it read; what nobody has taken yet is good all the same, unless
   * the stream of bytes is over.
   */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (stream.isOver()) {
      releaseHeld();
    }
  }
}
