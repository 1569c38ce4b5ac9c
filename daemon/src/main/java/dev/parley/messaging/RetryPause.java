package dev.parley.messaging;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before a stream is opened again. Pure but for its count of attempts. */
final class RetryPause {
  /** A stream that just ended, mostly with its link: the next link does not wait for this. */
  static final Duration FIRST = Duration.ofMillis(100);

  /** Also the most that a peer can ask for: it is asked again at least this often. */
  static final Duration LONGEST = Duration.ofMinutes(1);

  private final RandomGenerator random;
  private int failures;

  RetryPause(RandomGenerator random) {
    this.random = random;
  }

  /** Doubles with every failure in a row; spread by ±25 % so that peers do not fall into step. */
  Duration next() {
    long base = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures, 16));
    failures++;
    return spread(base);
  }

  /** What the peer asks for, within bounds. */
  Duration asked(long millis) {
    return spread(Math.max(FIRST.toMillis(), Math.min(LONGEST.toMillis(), millis)));
  }

  void onProgress() {
    failures = 0;
  }

  private Duration spread(long millis) {
    return Duration.ofMillis(millis * 3 / 4 + random.nextLong(millis / 2 + 1));
  }
}
