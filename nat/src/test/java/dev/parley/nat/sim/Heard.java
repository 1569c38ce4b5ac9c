package dev.parley.nat.sim;

import java.util.BitSet;

/** What has arrived of a peer's numbered datagrams. */
public final class Heard {
  private final BitSet numbers = new BitSet();
  private long duplicates;
  private long lastNewAt = -1;
  private long longestGap;

  void onData(long number, long atMillis) {
    if (numbers.get((int) number)) {
      duplicates++;
      return;
    }
    numbers.set((int) number);
    if (lastNewAt >= 0) {
      longestGap = Math.max(longestGap, atMillis - lastNewAt);
    }
    lastNewAt = atMillis;
  }

  /** Datagrams, each counted once. */
  public int distinct() {
    return numbers.cardinality();
  }

  public long duplicates() {
    return duplicates;
  }

  /** The longest time without a datagram that had not come before. */
  public long longestGapMillis() {
    return longestGap;
  }

  /** Begins to count anew; a gap that lasts is not forgotten. */
  public void reset() {
    numbers.clear();
    duplicates = 0;
    longestGap = 0;
  }
}
