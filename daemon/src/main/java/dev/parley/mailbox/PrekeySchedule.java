package dev.parley.mailbox;

import java.time.Duration;
import java.time.Instant;

/**
 * When a node makes prekeys, and when it destroys their private halves. Pure.
 *
 * <p>A medium-term key is replaced after a week. Whoever has fetched it before may seal to it for a
 * day more ({@link #CACHED}), and what is sealed to it may lie in the mailbox for its lifetime: so
 * its private half goes {@code LIFETIME + MARGIN} after it was replaced. The newest is kept however
 * old it is: a node that was away for long is back only to fetch its mail.
 */
public final class PrekeySchedule {
  /** A medium-term key is replaced at this age. */
  public static final Duration ROTATION = Duration.ofDays(7);

  /** The longest that a relay keeps a sealed message. */
  public static final Duration LIFETIME = Duration.ofDays(14);

  /** How long a sender may use a medium-term key that it has fetched. */
  public static final Duration CACHED = Duration.ofDays(1);

  /** For what is cached, and for clocks that differ by as much again. */
  static final Duration MARGIN = CACHED.multipliedBy(2);

  /** One-time keys that a relay holds for a recipient: 84 KB. */
  public static final int ONE_TIME_KEYS = 64;

  private PrekeySchedule() {}

  /**
   * Whether the newest medium-term key is to be replaced. A clock that went back replaces it too.
   */
  public static boolean isDue(Instant madeAt, Instant now) {
    return !now.isBefore(madeAt.plus(ROTATION)) || now.isBefore(madeAt.minus(CACHED));
  }

  /** From when on nothing can arrive that was sealed to a medium-term key replaced at this time. */
  public static Instant destroyReplaced(Instant replacedAt) {
    return replacedAt.plus(LIFETIME).plus(MARGIN);
  }

  /** From when on nothing can arrive that was sealed to a one-time key that nobody has used. */
  public static Instant destroyUnused(Instant useUntil) {
    return useUntil.plus(LIFETIME).plus(MARGIN);
  }

  /** How many one-time keys to make when the relay has so many left; it is asked often. */
  public static int missingOneTimeKeys(int left) {
    return left > ONE_TIME_KEYS / 2 ? 0 : ONE_TIME_KEYS - Math.max(left, 0);
  }
}
