package dev.parley.files;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/** How fast it goes, over the last seconds. Not thread-safe. */
final class Meter {
  private static final long WINDOW_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long STEP_NANOS = Duration.ofMillis(250).toNanos();

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  private record Sample(long nanos, long bytes) {}

  /** Notes how much is done by now. */
  void at(long nanos, long bytes) {
    Sample last = samples.peekLast();
    if (last == null || nanos - last.nanos >= STEP_NANOS || bytes < last.bytes) {
      samples.add(new Sample(nanos, bytes));
      while (nanos - samples.getFirst().nanos > WINDOW_NANOS && samples.size() > 2) {
        samples.removeFirst();
      }
    }
  }

  long bytesPerSecond(long nanos, long bytes) {
    Sample first = samples.peekFirst();
    if (first == null || nanos - first.nanos < STEP_NANOS) {
      return 0;
    }
    return (long) (Math.max(0, bytes - first.bytes) * 1e9 / (nanos - first.nanos));
  }

  static Optional<Duration> timeLeft(long bytesLeft, long bytesPerSecond) {
    return bytesPerSecond > 0
        ? Optional.of(Duration.ofMillis(Math.max(0, bytesLeft) * 1_000 / bytesPerSecond))
        : Optional.empty();
  }
}
