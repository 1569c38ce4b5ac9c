package dev.parley.nat.path;

/** So many events per second, with a burst of as many. Confined to one thread. */
public final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double perSecond;
  private double tokens;
  private long filledAt;

  /** Full at the beginning. */
  public TokenBucket(double perSecond, long now) {
    this.perSecond = perSecond;
    this.tokens = perSecond;
    this.filledAt = now;
  }

  /** Takes one, if there is one. */
  public boolean tryTake(long now) {
    tokens = Math.min(perSecond, tokens + (now - filledAt) * perSecond / NANOS_PER_SECOND);
    filledAt = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
