package dev.parley.relay.server;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dev.parley.config.RelayConfig.Limits;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides whether a new connection may be had at all, before a byte of it is read.
 *
 * <p>Confined to the loop that accepts. Remembers a bounded number of addresses: when more come at
 * once than that, the rate in all is what protects.
 */
final class Admission {
  /** About 10 MB at worst. */
  static final int MAX_ADDRESSES = 65_536;

  /** A bucket is full again within two seconds, so an older one need not be kept. */
  private static final Duration KEEP = Duration.ofSeconds(10);

  private final Ticker ticker;
  private final TokenBucket inAll;
  private final Cache<Long, TokenBucket> byAddress;

  Admission(Limits limits, Ticker ticker) {
    this.ticker = ticker;
    this.inAll = new TokenBucket(limits.maxNewConnectionsPerSecond(), ticker.read());
    this.byAddress =
        CacheBuilder.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterAccess(KEEP)
            .ticker(ticker)
            .concurrencyLevel(1)
            .build();
  }

  /**
   * Why the connection is refused, or empty.
   *
   * @param handshakes connections that have not authenticated, without this one
   * @param anyNumber whether this address may come as often as it likes: a proxy of our own
   */
  Optional<Refusal> decide(InetAddress from, boolean anyNumber, int handshakes, Limits limits) {
    if (handshakes >= limits.maxHandshakes()) {
      return Optional.of(Refusal.HANDSHAKES);
    }
    long now = ticker.read();
    // The address first: one that asks too often must not use up what there is in all.
    if (!anyNumber && !takeForAddress(from, limits.maxNewConnectionsPerAddressPerSecond(), now)) {
      return Optional.of(Refusal.NEW_CONNECTIONS_PER_ADDRESS);
    }
    int rate = limits.maxNewConnectionsPerSecond();
    return inAll.tryTake(1, rate, rate, now)
        ? Optional.empty()
        : Optional.of(Refusal.NEW_CONNECTIONS_PER_SECOND);
  }

  long remembered() {
    byAddress.cleanUp();
    return byAddress.size();
  }

  private boolean takeForAddress(InetAddress from, int rate, long now) {
    long network = network(from);
    TokenBucket bucket = byAddress.getIfPresent(network);
    if (bucket == null) {
      bucket = new TokenBucket(rate, now);
      byAddress.put(network, bucket);
    }
    return bucket.tryTake(1, rate, rate, now);
  }

  /** An IPv6 customer has a whole /64, so that is what counts as one address. */
  static long network(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet6Address ? bytes.getLong() : bytes.getInt() & 0xffffffffL;
  }
}
