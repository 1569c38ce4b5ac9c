package dev.parley.relay.client;

import java.time.Duration;
import java.util.Optional;

/**
 * Round trips and signs of life of one connection. Times in, decisions out: it has no clock and no
 * timer of its own.
 */
final class Heartbeat {
  /** Pings in a row without an answer, after which the relay counts as gone. */
  static final int MAX_MISSES = 2;

  /** So many samples are taken at once when the connection is new. */
  static final int FIRST_SAMPLES = 3;

  /** RFC 6298 §2: weight of a new sample. */
  private static final int SMOOTHING = 8;

  private long token;
  private boolean outstanding;
  private long sentNanos;
  private int misses;
  private int samples;
  private long smoothedNanos;

  /** What to do when it is time for a ping. */
  enum Action {
    PING,
    DEAD
  }

  /** It is time for the next ping; the last one, if it has no answer yet, is a miss. */
  Action onPingDue() {
    if (outstanding && ++misses >= MAX_MISSES) {
      return Action.DEAD;
    }
    return Action.PING;
  }

  /** A ping leaves now; this is its token. */
  long onPingSent(long nowNanos) {
    outstanding = true;
    sentNanos = nowNanos;
    return ++token;
  }

  /** Whether this answers the latest ping; a late or invented answer says nothing. */
  boolean onPong(long answered, long nowNanos) {
    if (!outstanding || answered != token) {
      return false;
    }
    outstanding = false;
    misses = 0;
    long sample = Math.max(0, nowNanos - sentNanos);
    samples++;
    // The first ones meet cold code on both sides: the quickest is nearest the truth.
    smoothedNanos =
        samples == 1
            ? sample
            : samples <= FIRST_SAMPLES
                ? Math.min(smoothedNanos, sample)
                : smoothedNanos + (sample - smoothedNanos) / SMOOTHING;
    return true;
  }

  /** Whether the latest ping has been answered. */
  boolean isAnswered() {
    return !outstanding;
  }

  /** Whether another of the first samples is to be taken at once. */
  boolean wantsSample() {
    return samples < FIRST_SAMPLES;
  }

  /** Present once the first samples are there. */
  Optional<Duration> rtt() {
    return wantsSample() ? Optional.empty() : Optional.of(Duration.ofNanos(smoothedNanos));
  }
}
