package dev.parley.nat.path;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Holds a flow's datagrams until the {@link Pacer} lets them go, in the order in which they came.
 * Owned by the event loop.
 */
final class PacedQueue {
  /** Bytes that may wait; QUIC's own window keeps it far below this. */
  static final int MAX_BYTES = 16 << 20;

  /** Puts a datagram onto the path of the moment; releases it. */
  interface Exit {
    void transmit(Flow flow, ByteBuf content, int segmentBytes, long now);
  }

  private record Waiting(Flow flow, ByteBuf content, int segmentBytes) {}

  private final ChannelHandlerContext context;
  private final DropCounts drops;
  private final LongSupplier nanoTime;
  private final Exit exit;
  private final Pacer pacer = new Pacer();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean draining;

  PacedQueue(ChannelHandlerContext context, DropCounts drops, LongSupplier nanoTime, Exit exit) {
    this.context = context;
    this.drops = drops;
    this.nanoTime = nanoTime;
    this.exit = exit;
  }

  void setRate(double bytesPerNano) {
    pacer.setRate(bytesPerNano, nanoTime.getAsLong());
  }

  /** Sends now or later, or drops when too much waits; releases the content in any case. */
  void send(Flow flow, ByteBuf content, int segmentBytes) {
    long now = nanoTime.getAsLong();
    int bytes = content.readableBytes();
    if (waiting.isEmpty()) {
      long delay = pacer.take(bytes, now);
      if (delay == 0) {
        exit.transmit(flow, content, segmentBytes, now);
        return;
      }
      drainIn(delay);
    }
    if (waitingBytes + bytes > MAX_BYTES) {
      content.release();
      drops.count(Drop.QUEUE_FULL);
      return;
    }
    waitingBytes += bytes;
    waiting.add(new Waiting(flow, content, segmentBytes));
  }

  private void drainIn(long delayNanos) {
    if (!draining) {
      draining = true;
      context.executor().schedule(this::drain, delayNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void drain() {
    draining = false;
    long now = nanoTime.getAsLong();
    while (!waiting.isEmpty()) {
      long delay = pacer.take(waiting.getFirst().content().readableBytes(), now);
      if (delay > 0) {
        drainIn(delay);
        break;
      }
      leave(waiting.removeFirst(), now);
    }
    context.flush();
  }

  private void leave(Waiting next, long now) {
    waitingBytes -= next.content().readableBytes();
    exit.transmit(next.flow(), next.content(), next.segmentBytes(), now);
  }

  /**
   * The last flow is over. What still waits is of no use to the peer, but for the last datagram: by
   * it QUIC says that the connection is closed.
   */
  void close() {
    if (!waiting.isEmpty()) {
      leave(waiting.removeLast(), nanoTime.getAsLong());
      context.flush();
    }
    waiting.forEach(w -> w.content().release());
    waiting.clear();
    waitingBytes = 0;
  }

  int size() {
    return waiting.size();
  }
}
