package dev.parley.relay.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: a pure function of what went before. */
final class Backoff {
  /** A restart on the same machine is over in about a second: the first tries may be quick. */
  static final Duration FIRST = Duration.ofMillis(100);

  /** Short enough that a relay that comes back is noticed before its users complain. */
  static final Duration LONGEST = Duration.ofSeconds(10);

  /** Two daemons with one key must not push each other out all day. */
  static final Duration AFTER_REPLACED = Duration.ofSeconds(60);

  /** A connection that lasted this long ends a row of failures. */
  static final Duration STABLE = Duration.ofSeconds(30);

  private Backoff() {}

  /**
   * @param failures in a row, this one included
   */
  static Duration pause(int failures, RelayProblem problem, RandomGenerator random) {
    if (problem instanceof RelayProblem.Replaced) {
      return jittered(AFTER_REPLACED, random);
    }
    if (problem instanceof RelayProblem.Full full) {
      return atLeast(full.retryAfter(), failures, random);
    }
    if (problem instanceof RelayProblem.RateLimited limited) {
      return atLeast(limited.retryAfter(), failures, random);
    }
    if (problem instanceof RelayProblem.Restarting restarting) {
      return atLeast(restarting.retryAfter(), failures, random);
    }
    // What only a person can mend is retried too, at the slow end: it may have been mended.
    return needsAPerson(problem) ? jittered(LONGEST, random) : growing(failures, random);
  }

  private static boolean needsAPerson(RelayProblem problem) {
    return problem instanceof RelayProblem.WrongKey
        || problem instanceof RelayProblem.NotTrusted
        || problem instanceof RelayProblem.OtherVersion
        || problem instanceof RelayProblem.KeyRefused;
  }

  /** A relay may ask for patience, but not for more than a minute. */
  private static Duration atLeast(Duration asked, int failures, RandomGenerator random) {
    Duration own = growing(failures, random);
    Duration bounded = asked.compareTo(AFTER_REPLACED) > 0 ? AFTER_REPLACED : asked;
    return bounded.compareTo(own) > 0 ? bounded : own;
  }

  private static Duration growing(int failures, RandomGenerator random) {
    int doublings = Math.min(Math.max(failures, 1) - 1, 10);
    Duration full = FIRST.multipliedBy(1L << doublings);
    return jittered(full.compareTo(LONGEST) > 0 ? LONGEST : full, random);
  }

  /** From half of it to all of it. */
  private static Duration jittered(Duration full, RandomGenerator random) {
    long millis = full.toMillis();
    return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
  }
}
