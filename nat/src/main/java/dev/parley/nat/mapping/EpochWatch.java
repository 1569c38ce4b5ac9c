package dev.parley.nat.mapping;

import java.util.function.LongSupplier;

/**
 * Tells from a gateway's clock, which counts seconds since it lost its mappings, whether it has
 * lost them since the last look (RFC 6887 §8.5; RFC 6886 §3.6 is laxer).
 */
final class EpochWatch {
  private final LongSupplier nanoTime;
  private boolean known;
  private long serverSeconds;
  private long clientNanos;

  EpochWatch(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Takes what the gateway says now; false when its mappings are gone. */
  boolean isContinuous(long epochSeconds) {
    long now = nanoTime.getAsLong();
    boolean continuous = !known || fits(epochSeconds, (now - clientNanos) / 1_000_000_000L);
    known = true;
    serverSeconds = epochSeconds;
    clientNanos = now;
    return continuous;
  }

  private boolean fits(long epochSeconds, long clientDelta) {
    long serverDelta = epochSeconds - serverSeconds;
    // One second back may be an answer that another has overtaken.
    return serverDelta >= -1
        && clientDelta + 2 >= serverDelta - serverDelta / 16
        && serverDelta + 2 >= clientDelta - clientDelta / 16;
  }
}
