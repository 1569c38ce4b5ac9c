package dev.parley.channels;

/**
 * Tells which sequence numbers have been seen, and how many never came. Not thread-safe.
 *
 * <p>Numbers are 32 bits wide and wrap. A number is taken as the nearest one to the highest so far:
 * ahead of it, or up to 2^31 behind. Of the last {@link #WIDTH} numbers each has a bit, in a ring;
 * what comes further behind than that is late. Lost is what is neither seen nor still to come: all
 * numbers up to the highest, less those that were taken. One that is late but within the window is
 * lost until it comes.
 */
final class SequenceWindow {
  /** Numbers that may still come after a higher one. */
  static final int WIDTH = 1_024;

  private final long[] seen = new long[WIDTH / Long.SIZE];
  private long highest = -1;
  private long taken;

  /** Whether this number is new and not too late. */
  boolean take(int sequence) {
    int ahead = sequence - (int) highest;
    long number = highest + ahead;
    if (ahead > 0) {
      advance(number);
    } else if (number < 0 || number <= highest - WIDTH || isSeen(number)) {
      return false;
    }
    seen[word(number)] |= bit(number);
    taken++;
    return true;
  }

  long lost() {
    return highest + 1 - taken;
  }

  private void advance(long number) {
    if (number - highest >= WIDTH) {
      java.util.Arrays.fill(seen, 0);
    } else {
      for (long next = highest + 1; next < number; next++) {
        seen[word(next)] &= ~bit(next);
      }
    }
    highest = number;
  }

  private boolean isSeen(long number) {
    return (seen[word(number)] & bit(number)) != 0;
  }

  private static int word(long number) {
    return (int) (number % WIDTH) / Long.SIZE;
  }

  private static long bit(long number) {
    return 1L << (number % Long.SIZE);
  }
}
