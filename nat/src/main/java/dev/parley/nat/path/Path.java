package dev.parley.nat.path;

import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One path of a peer: its state machine, its probes under way, its round trip. Owned by a {@link
 * PathTable}.
 */
final class Path {
  /** Probes of one path that may be unanswered at a time; the oldest makes room. */
  static final int MAX_OUTSTANDING = 8;

  /**
   * Of checking a TCP connection in vain, before it is closed. Not one: TCP stands still for
   * seconds when packets are lost, and goes on then.
   */
  static final int ROUNDS_OF_A_CONNECTION = 2;

  private static final Logger log = LoggerFactory.getLogger(Path.class);
  private static final long NEVER = Long.MIN_VALUE;

  final PathAddress address;
  private final String peer;
  private PathState state = PathState.UNTRIED;

  private final long[] outstanding = new long[MAX_OUTSTANDING];
  private final long[] sentAt = new long[MAX_OUTSTANDING];
  private final int[] sizes = new int[MAX_OUTSTANDING];
  private int nextSlot;

  private long smoothedRtt = -1;
  private long lastHeard = NEVER;
  private long lastProbeAt = NEVER;
  private long lastTraffic = NEVER;

  /** When the first answer after silence came. */
  private long returnedAt = NEVER;

  /** No probe that was sent since then has been answered. */
  private boolean unsettled;

  /** How long nothing had passed here when the first unanswered probe was sent; 0 for unknown. */
  long pauseBefore;

  private long probesSent;
  private long probesAnswered;

  /** The peer has said that it can be reached there. */
  boolean told;

  /** Probes sent since the last answer, or since the round of checking began. */
  int unanswered;

  /** Times that checking has failed since the path was last proven: sets the pause. */
  int failedRounds;

  /** When the next probe is due; meaningless while probing is off. */
  long nextProbeAt;

  /** The relay was not connected when this was last looked at. */
  boolean carrierLost;

  Path(PathAddress address, String peer) {
    this.address = address;
    this.peer = peer;
    Arrays.fill(sentAt, NEVER);
  }

  PathState state() {
    return state;
  }

  boolean isUsable() {
    return state == PathState.PROVEN || state == PathState.DOUBTED;
  }

  boolean isRelayed() {
    return address.kind() == PathKind.RELAY;
  }

  /** False while what carries it is not connected: nothing sent this way leaves the machine. */
  boolean isCarried() {
    if (address instanceof PathAddress.Relayed relayed) {
      return relayed.carrier().isConnected();
    }
    return !(address instanceof PathAddress.DirectTcp tcp) || tcp.connection().isOpen();
  }

  /** A connection that has been silent for so long is of no use: a new one is. */
  boolean isSpent() {
    return address instanceof PathAddress.DirectTcp
        && state == PathState.SILENT
        && failedRounds >= ROUNDS_OF_A_CONNECTION;
  }

  long rttNanos() {
    return smoothedRtt;
  }

  boolean heardWithin(long nanos, long now) {
    return lastHeard != NEVER && now - lastHeard < nanos;
  }

  /** How long nothing has passed here that both ends know of; 0 when nothing ever has. */
  long pause(long now) {
    return lastTraffic == NEVER ? 0 : now - lastTraffic;
  }

  /** Something authentic has come this way: what NATs there are have a binding for it now. */
  void passed(long now) {
    lastTraffic = now;
    pauseBefore = 0;
  }

  boolean heardSince(long time) {
    return lastHeard != NEVER && lastHeard - time >= 0;
  }

  boolean probedWithin(long nanos, long now) {
    return lastProbeAt != NEVER && now - lastProbeAt < nanos;
  }

  /** Since the last answer that counted; -1 when there was none. */
  long silentNanos(long now) {
    return lastHeard == NEVER ? -1 : now - lastHeard;
  }

  long probesSent() {
    return probesSent;
  }

  long probesAnswered() {
    return probesAnswered;
  }

  long lastProbeAt() {
    return lastProbeAt;
  }

  void transition(PathState next, String reason) {
    if (next != state) {
      log.debug("{} {}: {} -> {}: {}", peer, address.remote(), state, next, reason);
      state = next;
    }
  }

  void probeSent(long transaction, int size, long now) {
    outstanding[nextSlot] = transaction;
    sizes[nextSlot] = size;
    sentAt[nextSlot] = now;
    nextSlot = (nextSlot + 1) % MAX_OUTSTANDING;
    lastProbeAt = now;
    probesSent++;
    unanswered++;
  }

  /**
   * Takes an authenticated answer of this size; false when it answers nothing that is outstanding.
   * An answer of another size than its probe proves nothing of the way back, and is none.
   */
  boolean probeAnswered(long transaction, int size, long now) {
    int slot = slotOf(transaction);
    if (slot < 0 || sizes[slot] != size) {
      return false;
    }
    probesAnswered++;
    settle(sentAt[slot], now);
    measured(now - sentAt[slot]);
    sentAt[slot] = NEVER;
    return true;
  }

  private void settle(long askedAt, long now) {
    if (!isUsable()) {
      unsettled = true;
      returnedAt = now;
    } else if (askedAt - returnedAt >= 0) {
      unsettled = false;
    }
  }

  /**
   * The path answers again, but only what was asked before: the round trip is not known, since the
   * probes may have waited in a connection that stood still.
   */
  boolean isUnsettled() {
    return unsettled;
  }

  /** The answer counts: the path is good. */
  void heard(long now) {
    lastHeard = now;
    passed(now);
    unanswered = 0;
    failedRounds = 0;
  }

  boolean isOutstanding(long transaction) {
    return slotOf(transaction) >= 0;
  }

  private int slotOf(long transaction) {
    for (int i = 0; i < MAX_OUTSTANDING; i++) {
      if (sentAt[i] != NEVER && outstanding[i] == transaction) {
        return i;
      }
    }
    return -1;
  }

  /** Forgets everything but the address: the keys that proved it are gone. */
  void forget() {
    transition(PathState.UNTRIED, "the link has ended");
    Arrays.fill(sentAt, NEVER);
    lastHeard = NEVER;
    lastTraffic = NEVER;
    pauseBefore = 0;
    smoothedRtt = -1;
    probesSent = 0;
    probesAnswered = 0;
    unanswered = 0;
    failedRounds = 0;
    unsettled = false;
  }

  /**
   * RFC 6298 §2, alpha 1/8. Of a path that had been left nothing is known any more, and what comes
   * late over it says how long it stood still, which must not count for minutes. Nothing makes an
   * answer come too early: a sample of less than half says that the others had been held up.
   */
  private void measured(long sample) {
    boolean first = smoothedRtt < 0 || !isUsable() || sample < smoothedRtt / 2;
    smoothedRtt = first ? sample : smoothedRtt + (sample - smoothedRtt) / 8;
  }
}
