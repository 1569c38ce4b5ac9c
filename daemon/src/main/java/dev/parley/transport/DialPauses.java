package dev.parley.transport;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before dialling again. A pure function.
 *
 * <p>Doubles from a quarter of a second to half a minute, each time with up to a quarter off, so
 * that peers that lost each other do not dial in step for ever.
 */
final class DialPauses {
  static final Duration FIRST = Duration.ofMillis(250);
  static final Duration LONGEST = Duration.ofSeconds(30);

  private DialPauses() {}

  /**
   * @param failures in a row so far, at least 1
   */
  static Duration after(int failures, RandomGenerator random) {
    long nanos = FIRST.toNanos() << Math.min(failures - 1, 20);
    long bounded = Math.min(nanos, LONGEST.toNanos());
    return Duration.ofNanos(bounded - random.nextLong(bounded / 4));
  }
}
