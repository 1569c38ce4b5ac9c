package dev.parley.relay.server;

import dev.parley.config.RelayConfig.Limits;
import dev.parley.nat.PeerKey;
import dev.parley.relay.RelayWire;
import io.netty.buffer.ByteBuf;
import java.util.HashSet;
import java.util.Set;

/**
 * Carries one client's datagrams to their targets. Confined to the client's loop.
 *
 * <p>Nothing is copied: the message that came in goes out with its first 33 bytes changed. Targets
 * are flushed once per burst that was read.
 */
final class Forwarder {
  /** A quarter second's worth may come at once: a congestion window arrives in one piece. */
  private static final int BURSTS_PER_SECOND = 4;

  private static final int SMALLEST_BURST_DATAGRAMS = 16;

  private final RelayCore core;
  private final PeerKey source;
  private final TokenBucket bytes;
  private final AbsenceNotices notices;

  /** At most as many as the datagrams of one read. */
  private final Set<Session> unflushed = new HashSet<>();

  Forwarder(RelayCore core, PeerKey source) {
    this.core = core;
    this.source = source;
    this.bytes = new TokenBucket(burst(core.limits()), core.ticker.read());
    this.notices = new AbsenceNotices(core.ticker.read());
  }

  /** What became of a datagram that was not forwarded, as far as its sender is told. */
  enum Outcome {
    DONE,
    TELL_ABSENT
  }

  /**
   * Forwards or drops one SEND message of at least a header; does not release it.
   *
   * @param target as read from the message
   */
  Outcome forward(ByteBuf message, PeerKey target) {
    Limits limits = core.limits();
    int size = message.readableBytes();
    long now = core.ticker.read();
    if (size - RelayWire.DATAGRAM_HEADER_BYTES > limits.maxDatagramBytes()) {
      // Only after a reload to less: the decoder keeps to what it was when the client came.
      core.counters.refused(Refusal.FRAME_TOO_LARGE, source);
      return Outcome.DONE;
    }
    if (!bytes.tryTake(size, limits.bytesPerSecondPerClient(), burst(limits), now)) {
      core.counters.refused(Refusal.CLIENT_RATE, source);
      return Outcome.DONE;
    }
    Session session = core.directory.find(target);
    if (session == null) {
      core.counters.refused(Refusal.TARGET_ABSENT, source);
      return notices.mayTell(target, now) ? Outcome.TELL_ABSENT : Outcome.DONE;
    }
    if (!session.isWritable()) {
      core.counters.refused(Refusal.SEND_QUEUE_FULL, target);
      return Outcome.DONE;
    }
    RelayWire.turnIntoRecv(message, source);
    session.write(message.retainedSlice());
    unflushed.add(session);
    core.counters.forwardedDatagrams.increment();
    core.counters.forwardedBytes.add(size - RelayWire.DATAGRAM_HEADER_BYTES);
    return Outcome.DONE;
  }

  void flush() {
    if (!unflushed.isEmpty()) {
      unflushed.forEach(Session::flush);
      unflushed.clear();
    }
  }

  /** At least enough that a low limit still lets whole datagrams through. */
  private static double burst(Limits limits) {
    return Math.max(
        (double) limits.bytesPerSecondPerClient() / BURSTS_PER_SECOND,
        (double) SMALLEST_BURST_DATAGRAMS * RelayWire.maxFrameBytes(limits.maxDatagramBytes()));
  }
}
