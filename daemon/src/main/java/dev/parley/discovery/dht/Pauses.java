package dev.parley.discovery.dht;

import java.time.Duration;

/** Pauses that double. Pure. */
final class Pauses {
  private static final int MOST_DOUBLINGS = 16;

  private Pauses() {}

  /**
   * @param times how often it was tried, 1 or more
   */
  static Duration after(int times, Duration first, Duration most) {
    Duration pause = first.multipliedBy(1L << Math.min(times - 1, MOST_DOUBLINGS));
    return pause.compareTo(most) < 0 ? pause : most;
  }
}
