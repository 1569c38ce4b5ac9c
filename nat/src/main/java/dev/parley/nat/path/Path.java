package dev.parley.nat.path;

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
  private int nextSlot;

  private long smoothedRtt = -1;
  private long lastHeard = NEVER;
  private long lastProbeAt;

  /** Probes sent since the last answer. */
  int unanswered;

  /** Times that checking has failed since the path was last proven: sets the pause. */
  int failedRounds;

  /** When the next probe is due; meaningless while probing is off. */
  long nextProbeAt;

  Path(PathAddress address, String peer) {
    this.address = address;
    this.peer = peer;
    java.util.Arrays.fill(sentAt, NEVER);
  }

  PathState state() {
    return state;
  }

  boolean isUsable() {
    return state == PathState.PROVEN || state == PathState.DOUBTED;
  }

  long rttNanos() {
    return smoothedRtt;
  }

  boolean heardWithin(long nanos, long now) {
    return lastHeard != NEVER && now - lastHeard < nanos;
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

  void probeSent(long transaction, long now) {
    outstanding[nextSlot] = transaction;
    sentAt[nextSlot] = now;
    nextSlot = (nextSlot + 1) % MAX_OUTSTANDING;
    lastProbeAt = now;
    unanswered++;
  }

  /** Takes an authenticated answer; false when it answers nothing that is outstanding. */
  boolean probeAnswered(long transaction, long now) {
    for (int i = 0; i < MAX_OUTSTANDING; i++) {
      if (sentAt[i] != NEVER && outstanding[i] == transaction) {
        measured(now - sentAt[i]);
        sentAt[i] = NEVER;
        lastHeard = now;
        unanswered = 0;
        failedRounds = 0;
        return true;
      }
    }
    return false;
  }

  boolean isOutstanding(long transaction) {
    for (int i = 0; i < MAX_OUTSTANDING; i++) {
      if (sentAt[i] != NEVER && outstanding[i] == transaction) {
        return true;
      }
    }
    return false;
  }

  /** Forgets everything but the address: the keys that proved it are gone. */
  void forget() {
    transition(PathState.UNTRIED, "the link has ended");
    java.util.Arrays.fill(sentAt, NEVER);
    lastHeard = NEVER;
    unanswered = 0;
    failedRounds = 0;
  }

  /** RFC 6298 §2, alpha 1/8. */
  private void measured(long sample) {
    smoothedRtt = smoothedRtt < 0 ? sample : smoothedRtt + (sample - smoothedRtt) / 8;
  }
}
