package dev.parley.it.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.awaitility.Awaitility;

/** Megabits per second of what a counter of bytes says. */
final class Rate {
  private static final Duration FIRST_WITHIN = Duration.ofSeconds(60);

  private Rate() {}

  /** Waits until something flows, lets it warm up, and measures. */
  static double of(LongSupplier bytes, int warmUpSeconds, int seconds) throws InterruptedException {
    long before = bytes.getAsLong();
    Awaitility.await("bytes flow").atMost(FIRST_WITHIN).until(() -> bytes.getAsLong() > before);
    TimeUnit.SECONDS.sleep(warmUpSeconds);
    return over(bytes, seconds);
  }

  /** From now on, for so long. */
  static double over(LongSupplier bytes, int seconds) throws InterruptedException {
    long before = bytes.getAsLong();
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    long after = bytes.getAsLong();
    return (after - before) * 8e3 / (System.nanoTime() - start);
  }
}
