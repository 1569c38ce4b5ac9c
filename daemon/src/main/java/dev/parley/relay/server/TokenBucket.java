package dev.parley.relay.server;

/**
 * Lets a rate through, and a burst after a pause. Not thread-safe.
 *
 * <p>The rate is given with each question, so that a reload of the limits takes effect at once.
 */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private double tokens;
  private long lastNanos;

  /** Starts full. */
  TokenBucket(double burst, long nowNanos) {
    this.tokens = burst;
    this.lastNanos = nowNanos;
  }

  /** Takes {@code amount} if that many are there; takes nothing otherwise. */
  boolean tryTake(double amount, double perSecond, double burst, long nowNanos) {
    double earned = Math.max(0, nowNanos - lastNanos) * perSecond / NANOS_PER_SECOND;
    lastNanos = nowNanos;
    tokens = Math.min(burst, tokens + earned);
    if (tokens < amount) {
      return false;
    }
    tokens -= amount;
    return true;
  }
}
