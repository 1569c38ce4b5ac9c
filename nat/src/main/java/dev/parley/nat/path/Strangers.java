package dev.parley.nat.path;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.net.InetAddress;
import java.time.Duration;

/**
 * How many flows may be begun from outside: bounds what an unproven sender can make us hold.
 *
 * <p>Confined to the event loop.
 */
final class Strangers {
  /** Flows whose peer is unproven, at a time. */
  static final int MAX_UNNAMED = 512;

  static final double PER_SECOND = 400;

  /** Per source address; a relay counts as one. */
  static final double PER_SOURCE_PER_SECOND = 40;

  private static final int MAX_SOURCES = 4096;

  private final TokenBucket all;
  private final Cache<Object, TokenBucket> perSource =
      CacheBuilder.newBuilder()
          .maximumSize(MAX_SOURCES)
          .expireAfterAccess(Duration.ofSeconds(10))
          .build();
  private int unnamed;

  Strangers(long now) {
    this.all = new TokenBucket(PER_SECOND, now);
  }

  boolean admit(PathAddress from, long now) {
    if (unnamed >= MAX_UNNAMED || !all.tryTake(now)) {
      return false;
    }
    Object source = from;
    if (from instanceof PathAddress.DirectUdp direct) {
      InetAddress ip = direct.address().getAddress();
      source = ip;
    }
    TokenBucket bucket = perSource.getIfPresent(source);
    if (bucket == null) {
      bucket = new TokenBucket(PER_SOURCE_PER_SECOND, now);
      perSource.put(source, bucket);
    }
    if (!bucket.tryTake(now)) {
      return false;
    }
    unnamed++;
    return true;
  }

  void left() {
    unnamed--;
  }
}
