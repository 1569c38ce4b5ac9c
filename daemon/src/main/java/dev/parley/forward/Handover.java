package dev.parley.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Hands bytes from the links' thread to the event loop of forwards. They are copied here, once;
 * whatever comes until the event loop gets round to it is one batch, so that a thousand small
 * pieces wake it once and end in one write. Thread-safe.
 */
final class Handover {
  /** Small pieces are put together in buffers of this size; it is within the thread's own cache. */
  private static final int BUFFER_BYTES = 32 * 1024;

  private final Executor loop;
  private final Taker taker;
  private List<ByteBuf> waiting = new ArrayList<>();
  private long waitingBytes;
  private boolean scheduled;
  private boolean closed;

  /** Gets the batches, on the event loop; the buffers are its own. */
  interface Taker {
    void take(List<ByteBuf> batch);
  }

  Handover(Executor loop, Taker taker) {
    this.loop = loop;
    this.taker = taker;
  }

  /** Adds bytes of a stream, and tells how many wait. */
  long addBytes(ByteBuffer bytes) {
    boolean wake;
    long now;
    synchronized (this) {
      if (closed) {
        return 0;
      }
      waitingBytes += bytes.remaining();
      now = waitingBytes;
      append(bytes);
      wake = !scheduled;
      scheduled = true;
    }
    if (wake) {
      loop.execute(this::drain);
    }
    return now;
  }

  private void append(ByteBuffer bytes) {
    ByteBuf last = waiting.isEmpty() ? null : waiting.get(waiting.size() - 1);
    if (last == null || last.writableBytes() < bytes.remaining()) {
      last = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(BUFFER_BYTES, bytes.remaining()));
      waiting.add(last);
    }
    last.writeBytes(bytes);
  }

  /**
   * Adds a datagram, unless so many wait already.
   *
   * @return whether it was taken
   */
  boolean addDatagram(ByteBuffer datagram, int most) {
    boolean wake;
    synchronized (this) {
      if (closed || waiting.size() >= most) {
        return false;
      }
      ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(datagram.remaining());
      waiting.add(copy.writeBytes(datagram));
      wake = !scheduled;
      scheduled = true;
    }
    if (wake) {
      loop.execute(this::drain);
    }
    return true;
  }

  /** Hands over what waits; on the event loop. */
  void drain() {
    List<ByteBuf> batch;
    synchronized (this) {
      scheduled = false;
      if (waiting.isEmpty()) {
        return;
      }
      batch = waiting;
      waiting = new ArrayList<>();
      waitingBytes = 0;
    }
    taker.take(batch);
  }

  /** Drops what waits, and whatever may come. */
  synchronized void close() {
    closed = true;
    waiting.forEach(ByteBuf::release);
    waiting = new ArrayList<>();
  }
}
