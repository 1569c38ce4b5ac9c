package dev.parley.relay.rendezvous;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.time.Duration;
import java.util.Optional;

/**
 * How often slots may be tried, of one address and in all, within a minute that begins with the
 * first try. Confined to {@link Slots}.
 */
final class Attempts {
  /** A person types a code a few times; behind one address may be a few people. */
  static final int PER_ADDRESS = 10;

  /** Ten people a second, at the very busiest of relays. */
  static final int IN_ALL = 600;

  /** About 10 MB at worst. */
  static final int MAX_ADDRESSES = 65_536;

  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final Ticker ticker;
  private final Cache<Long, Count> byAddress;
  private final Count inAll = new Count();
  private long inAllSince;

  private static final class Count {
    private int tries;

    boolean take(int limit) {
      if (tries >= limit) {
        return false;
      }
      tries++;
      return true;
    }
  }

  Attempts(Ticker ticker) {
    this.ticker = ticker;
    this.inAllSince = ticker.read();
    this.byAddress =
        CacheBuilder.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterWrite(WINDOW)
            .ticker(ticker)
            .build();
  }

  /** Empty when there may be one more. */
  Optional<Refused> take(long network) {
    Count count = byAddress.getIfPresent(network);
    if (count == null) {
      count = new Count();
      byAddress.put(network, count);
    }
    // The address first: one that tries too often must not use up what there is in all.
    if (!count.take(PER_ADDRESS)) {
      return Optional.of(Refused.RATE_OF_ADDRESS);
    }
    long now = ticker.read();
    if (now - inAllSince >= WINDOW.toNanos()) {
      inAllSince = now;
      inAll.tries = 0;
    }
    return inAll.take(IN_ALL) ? Optional.empty() : Optional.of(Refused.RATE_IN_ALL);
  }

  long remembered() {
    byAddress.cleanUp();
    return byAddress.size();
  }
}
