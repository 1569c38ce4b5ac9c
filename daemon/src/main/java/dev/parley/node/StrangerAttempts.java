package dev.parley.node;

import java.util.concurrent.TimeUnit;

/**
 * How often peers who are not among the contacts may have this node look for a direct path: anyone
 * may open a link and name addresses, and an attempt is threads, and checks sent to those
 * addresses. Contacts are not limited by it. Owned by the event loop.
 */
final class StrangerAttempts {
  /** With all strangers together; a few more than fit into the life of one attempt do not run. */
  static final int AT_ONCE = 2;

  /** And then one in so long. */
  static final long EVERY_MILLIS = 10_000;

  private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS);

  private boolean begun;
  private long due;

  /** Whether one more may begin now; counts it if so. */
  boolean tryStart(long now) {
    long earliest = now - (AT_ONCE - 1) * EVERY;
    if (!begun || due - earliest < 0) {
      begun = true;
      due = earliest;
    }
    if (due - now > 0) {
      return false;
    }
    due += EVERY;
    return true;
  }
}
