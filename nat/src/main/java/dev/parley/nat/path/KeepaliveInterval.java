package dev.parley.nat.path;

import java.util.random.RandomGenerator;

/**
 * How long idle direct paths may be left alone, learned from what the NATs of the network where
 * this node is have been seen to bear. Shared by all paths of a switch; owned by the event loop;
 * reads no clock.
 *
 * <p><b>What is seen.</b> A NAT forgets a binding that nothing has used for a while, and every
 * packet counts as use. So a probe tells something only after a pause: when ours is answered, or
 * one of the peer's arrives, a binding has outlived that pause; when ours is not, though the peer
 * is heard otherwise, or when the peer has another port than before the pause, one has not.
 *
 * <p><b>What follows.</b> It begins at 15 s, short enough for the common 30 s. Three pauses
 * outlived lengthen it by 2.5 s, up to 25 s, which nearly every NAT bears (RFC 4787 §4.3 wants two
 * minutes). One that was too long brings it two steps below that pause, 10 s at the least, and for
 * six hours it goes no further, so that a NAT of less than 25 s costs one loss in that time. Such a
 * loss is that of any path in doubt, on a link that is idle: the next datagram goes over the best
 * other path as well, and the peer's own probe, due within a second, opens the way again.
 */
final class KeepaliveInterval {
  static final long SHORTEST = 10_000 * ProbeSchedule.MILLIS;
  static final long FIRST = 15_000 * ProbeSchedule.MILLIS;
  static final long LONGEST = 25_000 * ProbeSchedule.MILLIS;
  static final long STEP = 2_500 * ProbeSchedule.MILLIS;

  /**
   * Who has probed a path last leaves the next turn to the peer by waiting longer, by between half
   * of this and all of it: two who have probed at the same moment must get out of step.
   */
  static final long TURN = 1_000 * ProbeSchedule.MILLIS;

  /** Pauses outlived before the interval grows. */
  static final int CONFIRMATIONS = 3;

  /** What was too long is not tried again for so long. */
  static final long REMEMBERED = 6L * 3_600_000 * ProbeSchedule.MILLIS;

  private final RandomGenerator random;
  private long interval = FIRST;
  private long limit = LONGEST;
  private long limitedAt;
  private long confirmedAt;
  private int confirmed;

  KeepaliveInterval(RandomGenerator random) {
    this.random = random;
  }

  long nanos() {
    return interval;
  }

  /** How much longer than the interval who has probed last waits. */
  long turn() {
    return TURN / 2 + random.nextLong(TURN / 2);
  }

  /** A binding was still there after such a pause. */
  void survived(long pause, long now) {
    boolean another = confirmed == 0 || now - confirmedAt > interval / 2;
    if (pause < interval || !another) {
      return;
    }
    confirmedAt = now;
    if (++confirmed >= CONFIRMATIONS) {
      confirmed = 0;
      if (now - limitedAt > REMEMBERED) {
        limit = LONGEST;
      }
      interval = Math.max(interval, Math.min(interval + STEP, limit));
    }
  }

  /** After such a pause none was there any more. */
  void lost(long pause, long now) {
    if (pause < SHORTEST) {
      // No interval would have saved it: something else has happened.
      return;
    }
    confirmed = 0;
    limit = Math.max(SHORTEST, Math.min(limit, pause - 2 * STEP));
    limitedAt = now;
    interval = Math.min(interval, limit);
  }

  /** Another network, with other NATs. */
  void reset() {
    interval = FIRST;
    limit = LONGEST;
    confirmed = 0;
  }
}
