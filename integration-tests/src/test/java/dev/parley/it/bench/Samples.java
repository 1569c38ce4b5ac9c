package dev.parley.it.bench;

import java.util.Arrays;

/** Times in nanoseconds. */
final class Samples {
  private long[] nanos = new long[16];
  private int count;

  void add(long sample) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = sample;
  }

  int count() {
    return count;
  }

  /** In milliseconds; the nearest rank. */
  double percentile(double percent) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(percent / 100 * count);
    return sorted[Math.max(0, rank - 1)] / 1e6;
  }

  double median() {
    return percentile(50);
  }
}
