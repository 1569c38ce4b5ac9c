package dev.parley.transport;

import dev.parley.proto.id.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicChannel;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The datagrams that go out on one link (RFC 9221). Thread-safe.
 *
 * <p>QUIC sends them as its congestion window allows and drops what it has no room for without a
 * word; whoever wants to know numbers them. What is dropped here is what the event loop has not got
 * round to.
 */
final class Datagrams {
  /**
   * What fits into a QUIC packet of 1,200 bytes beside its header of up to 21 bytes, its tag of 16
   * and the frame's own 3, with something to spare for a longer frame type.
   */
  static final int MAX_BYTES = 1_150;

  /** On their way to the event loop. */
  static final int MAX_WAITING = 1_024;

  private static final Logger log = LoggerFactory.getLogger(Datagrams.class);

  private final QuicChannel channel;
  private final PeerId peer;
  private final TransportContext context;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closed;

  Datagrams(QuicChannel channel, PeerId peer, TransportContext context) {
    this.channel = channel;
    this.peer = peer;
    this.context = context;
  }

  /** Peers of the same kind take them all; one that does not gets none. */
  void onMaximum(int bytes) {
    if (bytes < MAX_BYTES) {
      closed = true;
      context.logLimited(log, "peer {} takes datagrams of {} bytes only", peer.shortForm(), bytes);
    }
  }

  boolean send(ByteBuffer datagram) {
    if (datagram.remaining() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a datagram of " + datagram.remaining() + " bytes; at most " + MAX_BYTES + " fit");
    }
    if (closed) {
      return false;
    }
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return false;
    }
    ByteBuf bytes = channel.alloc().directBuffer(datagram.remaining()).writeBytes(datagram);
    if (channel.eventLoop().inEventLoop()) {
      write(bytes);
    } else {
      channel.eventLoop().execute(() -> write(bytes));
    }
    return true;
  }

  private void write(ByteBuf bytes) {
    waiting.decrementAndGet();
    if (closed) {
      bytes.release();
    } else {
      channel.writeAndFlush(bytes, channel.voidPromise());
    }
  }

  void close() {
    closed = true;
  }
}
