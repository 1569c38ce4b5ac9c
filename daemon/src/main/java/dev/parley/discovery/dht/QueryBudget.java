package dev.parley.discovery.dht;

/**
 * How much is sent: so many questions an hour, whatever happens, and some of them at once. Confined
 * to one thread.
 */
final class QueryBudget {
  /** At some 110 bytes a question and at most 1,500 an answer: 330 KB out and 4.5 MB in. */
  static final int PER_HOUR = 3_000;

  static final int BURST = 300;

  private static final double NANOS_PER_HOUR = 3_600e9;

  private double left = BURST;
  private long filledAt;

  QueryBudget(long now) {
    this.filledAt = now;
  }

  /** Whether as much as a lookup and what is stored after it may need is there. */
  boolean hasFor(int questions, long now) {
    fill(now);
    return left >= questions;
  }

  boolean tryTake(long now) {
    fill(now);
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }

  private void fill(long now) {
    left = Math.min(BURST, left + (now - filledAt) * PER_HOUR / NANOS_PER_HOUR);
    filledAt = now;
  }
}
