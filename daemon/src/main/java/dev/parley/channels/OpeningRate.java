package dev.parley.channels;

/** How fast one peer may open channels: so many a second, and twice as many at once. */
final class OpeningRate {
  /** Seconds' worth of openings that may come at once. */
  static final int BURST_SECONDS = 2;

  private static final double NANOS_PER_SECOND = 1e9;

  private final int perSecond;
  private double left;
  private long lastNanos;

  OpeningRate(int perSecond, long nowNanos) {
    this.perSecond = perSecond;
    this.left = (double) perSecond * BURST_SECONDS;
    this.lastNanos = nowNanos;
  }

  boolean tryTake(long nowNanos) {
    double grown = left + (nowNanos - lastNanos) / NANOS_PER_SECOND * perSecond;
    left = Math.min((double) perSecond * BURST_SECONDS, grown);
    lastNanos = nowNanos;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
