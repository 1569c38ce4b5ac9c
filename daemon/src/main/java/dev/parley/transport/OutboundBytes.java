package dev.parley.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What was written to a stream of bytes and is not yet on a QUIC stream. Any thread adds; the event
 * loop takes, as chunks, small ones together: every write to a QUIC stream costs a turn of QUIC.
 */
final class OutboundBytes {
  /** Writers are told to pause at this much, and to go on at half of it. */
  static final int HIGH_BYTES = 512 * 1024;

  /** With its header, the largest buffer that the allocator keeps per thread. */
  static final int PIECE_BYTES = 32 * 1024 - Chunk.HEADER_BYTES;

  /** A piece smaller than this is put together with what follows it. */
  private static final int SMALL_BYTES = 16 * 1024;

  private final ByteBufAllocator alloc;
  private final Queue<ByteBuf> pieces = new ConcurrentLinkedQueue<>();
  private final AtomicInteger bytes = new AtomicInteger();
  private final AtomicBoolean someoneWaits = new AtomicBoolean();
  private volatile boolean legTakes = true;
  private volatile boolean closed;

  OutboundBytes(ByteBufAllocator alloc) {
    this.alloc = alloc;
  }

  /** Copies. */
  void add(ByteBuffer from) {
    while (from.hasRemaining() && !closed) {
      int size = Math.min(from.remaining(), PIECE_BYTES);
      ByteBuf piece = alloc.directBuffer(Chunk.HEADER_BYTES + size);
      piece.writeInt(Chunk.header(Chunk.DATA, size));
      ByteBuffer part = from.slice(from.position(), size);
      piece.writeBytes(part);
      from.position(from.position() + size);
      bytes.addAndGet(size);
      pieces.add(piece);
    }
    if (closed) {
      release();
    }
  }

  /** Whether the QUIC stream takes more. On the event loop. */
  void setLegTakes(boolean takes) {
    legTakes = takes;
  }

  private boolean takes() {
    return legTakes && bytes.get() < HIGH_BYTES;
  }

  /** Whoever hears false hears from {@link #wakes} later. */
  boolean isWritable() {
    if (takes()) {
      return true;
    }
    someoneWaits.set(true);
    return takes();
  }

  /** Whether somebody has been told to pause and may go on. On the event loop. */
  boolean wakes() {
    return legTakes && bytes.get() <= HIGH_BYTES / 2 && someoneWaits.getAndSet(false);
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  /** The next chunk, with its header; the caller releases it. On the event loop. */
  @Nullable ByteBuf next() {
    ByteBuf first = pieces.poll();
    if (first == null) {
      return null;
    }
    ByteBuf following = pieces.peek();
    if (following != null && first.readableBytes() < SMALL_BYTES) {
      first = together(first);
    }
    bytes.addAndGet(Chunk.HEADER_BYTES - first.readableBytes());
    return first;
  }

  private ByteBuf together(ByteBuf first) {
    ByteBuf all = alloc.directBuffer(Chunk.HEADER_BYTES + PIECE_BYTES);
    all.writeBytes(first);
    first.release();
    for (ByteBuf piece = pieces.peek(); piece != null; piece = pieces.peek()) {
      if (piece.readableBytes() - Chunk.HEADER_BYTES > all.writableBytes()) {
        break;
      }
      pieces.remove();
      piece.skipBytes(Chunk.HEADER_BYTES);
      all.writeBytes(piece);
      piece.release();
    }
    all.setInt(0, Chunk.header(Chunk.DATA, all.readableBytes() - Chunk.HEADER_BYTES));
    return all;
  }

  /** Nothing more is taken, and what waits is dropped. */
  void close() {
    closed = true;
    release();
  }

  private void release() {
    for (ByteBuf piece = pieces.poll(); piece != null; piece = pieces.poll()) {
      piece.release();
    }
  }
}
