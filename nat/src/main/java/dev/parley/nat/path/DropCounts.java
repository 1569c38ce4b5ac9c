package dev.parley.nat.path;

import com.google.common.collect.ImmutableMap;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts drops by reason. Written on the event loop, read from anywhere. */
public final class DropCounts {
  private final AtomicLongArray counts = new AtomicLongArray(Drop.values().length);

  void count(Drop reason) {
    counts.incrementAndGet(reason.ordinal());
  }

  public long of(Drop reason) {
    return counts.get(reason.ordinal());
  }

  /** The reasons that have occurred, by their words. */
  public ImmutableMap<String, Long> snapshot() {
    ImmutableMap.Builder<String, Long> map = ImmutableMap.builder();
    for (Drop reason : Drop.values()) {
      if (of(reason) > 0) {
        map.put(reason.word(), of(reason));
      }
    }
    return map.buildOrThrow();
  }
}
