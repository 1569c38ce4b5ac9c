package dev.parley.relay.server;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.net.InetAddress;
import java.time.Duration;

/**
 * How often depositors of one address may ask, whatever keys they come with: depositors use a fresh
 * key each time, so that the relay does not learn theirs. Thread-safe.
 */
final class MailRates {
  /** Requests of one IPv4 address or IPv6 /64 per second: a sender's backlog at a good pace. */
  static final int PER_ADDRESS_PER_SECOND = 20;

  static final int BURST = 200;

  /** About 10 MB at worst. */
  static final int MAX_ADDRESSES = 65_536;

  /** By then a bucket is full again. */
  private static final Duration KEEP = Duration.ofSeconds(BURST / PER_ADDRESS_PER_SECOND + 1);

  private final Ticker ticker;
  private final Cache<Long, TokenBucket> byAddress;

  MailRates(Ticker ticker) {
    this.ticker = ticker;
    this.byAddress =
        CacheBuilder.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterAccess(KEEP)
            .ticker(ticker)
            .build();
  }

  synchronized boolean mayAsk(InetAddress from) {
    long network = Admission.network(from);
    TokenBucket bucket = byAddress.getIfPresent(network);
    if (bucket == null) {
      bucket = new TokenBucket(BURST, ticker.read());
      byAddress.put(network, bucket);
    }
    return bucket.tryTake(1, PER_ADDRESS_PER_SECOND, BURST, ticker.read());
  }

  long remembered() {
    byAddress.cleanUp();
    return byAddress.size();
  }
}
