package dev.parley.relay.server;

import com.google.common.base.Ticker;
import com.google.common.collect.ImmutableMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what happens, and logs each kind of refusal at most once in ten seconds, with how many
 * there were. Thread-safe.
 */
final class Counters {
  static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final Logger log = LoggerFactory.getLogger(Counters.class);

  final AtomicInteger handshakes = new AtomicInteger();
  final LongAdder forwardedDatagrams = new LongAdder();
  final LongAdder forwardedBytes = new LongAdder();
  final LongAdder stunAnswers = new LongAdder();

  private final Ticker ticker;
  private final AtomicLongArray counts = new AtomicLongArray(Refusal.values().length);
  private final AtomicLongArray logged = new AtomicLongArray(Refusal.values().length);
  private final AtomicLongArray nextLog = new AtomicLongArray(Refusal.values().length);

  Counters(Ticker ticker) {
    this.ticker = ticker;
    for (int i = 0; i < nextLog.length(); i++) {
      nextLog.set(i, ticker.read());
    }
  }

  /**
   * @param who the last offender, for the log
   */
  void refused(Refusal refusal, Object who) {
    int i = refusal.ordinal();
    long count = counts.incrementAndGet(i);
    long due = nextLog.get(i);
    long now = ticker.read();
    if (now - due >= 0 && nextLog.compareAndSet(i, due, now + LOG_INTERVAL_NANOS)) {
      long since = count - logged.getAndSet(i, count);
      log.warn("{}: {} (last from {}; {} since the start)", refusal.sentence(), since, who, count);
    }
  }

  RelayStats snapshot(int clients) {
    ImmutableMap.Builder<String, Long> refused = ImmutableMap.builder();
    for (Refusal refusal : Refusal.values()) {
      long count = counts.get(refusal.ordinal());
      if (count > 0) {
        refused.put(refusal.word(), count);
      }
    }
    return new RelayStats(
        clients,
        handshakes.get(),
        forwardedDatagrams.sum(),
        forwardedBytes.sum(),
        stunAnswers.sum(),
        refused.buildOrThrow());
  }
}
