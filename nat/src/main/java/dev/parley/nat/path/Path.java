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

  /** False while its relay is not connected: nothing sent this way leaves the machine. */
  boolean isCarried() {
    return !(address instanceof PathAddress.Relayed relayed) || relayed.carrier().isConnected();
  }

  long rttNanos() {
    return smoothedRtt;
  }

  boolean heardWithin(long nanos, long now) {
    return lastHeard != NEVER && now - lastHeard < nanos;
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
    measured(now - sentAt[slot]);
    sentAt[slot] = NEVER;
    return true;
  }

  /** The answer counts: the path is good. */
  void heard(long now) {
    lastHeard = now;
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
    smoothedRtt = -1;
    probesSent = 0;
    probesAnswered = 0;
    unanswered = 0;
    failedRounds = 0;
  }

  /** RFC 6298 §2, alpha 1/8. */
  private void measured(long sample) {
    smoothedRtt = smoothedRtt < 0 ? sample : smoothedRtt + (sample - smoothedRtt) / 8;
  }
}
