package dev.parley.files.landing;

/** Numbers, eight bytes each and no more; a table with open addressing. Not thread-safe. */
final class LongSet {
  private long[] table = new long[64];
  private int size;
  private boolean hasZero;

  /** Whether it was not in yet. */
  boolean add(long number) {
    if (number == 0) {
      boolean isNew = !hasZero;
      hasZero = true;
      return isNew;
    }
    if (size * 3L > table.length * 2L) {
      grow();
    }
    int at = slot(table, number);
    if (table[at] == number) {
      return false;
    }
    table[at] = number;
    size++;
    return true;
  }

  boolean contains(long number) {
    return number == 0 ? hasZero : table[slot(table, number)] == number;
  }

  private static int slot(long[] table, long number) {
    int mask = table.length - 1;
    int at = (int) (number ^ number >>> 32) & mask;
    while (table[at] != 0 && table[at] != number) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] larger = new long[table.length * 2];
    for (long number : table) {
      if (number != 0) {
        larger[slot(larger, number)] = number;
      }
    }
    table = larger;
  }
}
