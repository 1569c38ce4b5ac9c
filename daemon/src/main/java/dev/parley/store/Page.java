package dev.parley.store;

import com.google.common.collect.ImmutableList;
import dev.parley.messaging.MessageStore.PageLimit;

/** Collects rows until a limit is reached. */
final class Page<T> {
  private final int maxRows;
  private final long maxBytes;
  private final ImmutableList.Builder<T> rows = ImmutableList.builder();
  private long bytes;
  private int count;

  Page(PageLimit limit) {
    this(limit.maxMessages(), limit.maxBytes());
  }

  Page(int maxRows, long maxBytes) {
    this.maxRows = maxRows;
    this.maxBytes = maxBytes;
  }

  /**
   * Takes a row, unless it is too much.
   *
   * @return whether there is room for another
   */
  boolean add(T row, long weight) {
    if (count > 0 && bytes + weight > maxBytes) {
      return false;
    }
    rows.add(row);
    bytes += weight;
    count++;
    return count < maxRows && bytes < maxBytes;
  }

  ImmutableList<T> toList() {
    return rows.build();
  }
}
