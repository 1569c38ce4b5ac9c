package dev.parley.nat.path;

/**
 * Which of the peer's probe numbers have been seen: each is good once (the sliding window of RFC
 * 6479).
 *
 * <p>An authentic probe that somebody has recorded and sends again from elsewhere would otherwise
 * have us answer to, and probe, whomever its forged source names. Confined to one thread.
 */
final class ReplayWindow {
  /** How far a number may lag behind the newest: paths differ in delay by seconds. */
  static final int SIZE = 1024;

  private final long[] seen = new long[SIZE / Long.SIZE];
  private long newest = -1;

  /** True for a number that is new; then it is so no longer. */
  boolean accept(long number) {
    if (number < 0 || number <= newest - SIZE) {
      return false;
    }
    if (number > newest) {
      forgetUpTo(number);
      newest = number;
    }
    int word = (int) (number % SIZE) / Long.SIZE;
    long bit = 1L << (number % Long.SIZE);
    boolean fresh = (seen[word] & bit) == 0;
    seen[word] |= bit;
    return fresh;
  }

  private void forgetUpTo(long number) {
    long first = Math.max(newest + 1, number - SIZE + 1);
    for (long n = first; n <= number; n++) {
      seen[(int) (n % SIZE) / Long.SIZE] &= ~(1L << (n % Long.SIZE));
    }
  }
}
