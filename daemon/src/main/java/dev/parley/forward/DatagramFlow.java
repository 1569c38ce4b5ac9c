package dev.parley.forward;

import dev.parley.channels.DatagramChannel;
import dev.parley.link.StreamEnd;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Joins one local correspondent to a datagram channel. Never waits: what finds no room is dropped,
 * and counted. Owned by the event loop of forwards.
 */
final class DatagramFlow implements DatagramChannel.Handler {
  /** Kept while the channel opens, which takes a round trip or two. */
  static final int MAX_EARLY = 32;

  /** Waiting for the event loop. */
  private static final int MAX_WAITING = 1_024;

  /** Where datagrams of the peer go, and who hears of the end. Both on the event loop. */
  interface Local {
    /** Sends them; the buffers are its own. */
    void send(List<ByteBuf> datagrams);

    void onOver(DatagramFlow flow);
  }

  private final Executor loop;
  private final Tally tally;
  private final LongSupplier nanoTime;
  private final Local local;
  private final Handover handover;
  private final Queue<ByteBuf> early = new ArrayDeque<>();
  private @Nullable DatagramChannel channel;
  private volatile long usedNanos;
  private boolean counted;
  private boolean over;

  DatagramFlow(Executor loop, Tally tally, LongSupplier nanoTime, Local local) {
    this.loop = loop;
    this.tally = tally;
    this.nanoTime = nanoTime;
    this.local = local;
    this.handover = new Handover(loop, local::send);
    this.usedNanos = nanoTime.getAsLong();
  }

  void open(DatagramChannel opened) {
    if (over) {
      opened.close();
      return;
    }
    channel = opened;
    counted = true;
    tally.opened();
    opened.start(this);
    for (ByteBuf datagram = early.poll(); datagram != null; datagram = early.poll()) {
      send(opened, datagram);
    }
  }

  /** Takes one from this machine; the buffer is the flow's now. */
  void fromLocal(ByteBuf datagram) {
    usedNanos = nanoTime.getAsLong();
    if (channel != null) {
      send(channel, datagram);
    } else if (!over && early.size() < MAX_EARLY) {
      early.add(datagram);
    } else {
      tally.dropped();
      datagram.release();
    }
  }

  private void send(DatagramChannel to, ByteBuf datagram) {
    try {
      int bytes = datagram.readableBytes();
      if (bytes <= to.maxBytes() && to.send(datagram.nioBuffer())) {
        tally.out(bytes);
      } else {
        tally.dropped();
      }
    } finally {
      datagram.release();
    }
  }

  @Override
  public void onDatagram(ByteBuffer datagram) {
    usedNanos = nanoTime.getAsLong();
    int bytes = datagram.remaining();
    if (handover.addDatagram(datagram, MAX_WAITING)) {
      tally.in(bytes);
    } else {
      tally.dropped();
    }
  }

  @Override
  public void onClosed(StreamEnd how) {
    loop.execute(this::end);
  }

  boolean isIdle(long forNanos) {
    return nanoTime.getAsLong() - usedNanos >= forNanos;
  }

  /** Ends it at both sides. */
  void end() {
    if (over) {
      return;
    }
    over = true;
    handover.close();
    early.forEach(
        datagram -> {
          tally.dropped();
          datagram.release();
        });
    early.clear();
    if (channel != null) {
      channel.close();
    }
    if (counted) {
      tally.closed();
    }
    local.onOver(this);
  }
}
