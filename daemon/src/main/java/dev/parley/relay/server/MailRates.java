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
  /** What may come at once after a pause, in seconds of the rate: a sender's backlog. */
  static final int BURST_SECONDS = 10;

  /** About 10 MB at worst. */
  static final int MAX_ADDRESSES = 65_536;

  /** By then a bucket is full again. */
  private static final Duration KEEP = Duration.ofSeconds(BURST_SECONDS + 1);

  private final int perSecond;
  private final Ticker ticker;
  private final Cache<Long, TokenBucket> byAddress;

  /**
   * @param perSecond requests of one IPv4 address or IPv6 /64
   */
  MailRates(int perSecond, Ticker ticker) {
    this.perSecond = perSecond;
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
      bucket = new TokenBucket(burst(), ticker.read());
      byAddress.put(network, bucket);
    }
    return bucket.tryTake(1, perSecond, burst(), ticker.read());
  }

  private double burst() {
    return (double) perSecond * BURST_SECONDS;
  }

  long remembered() {
    byAddress.cleanUp();
    return byAddress.size();
  }
}
