package dev.parley.nat.tcp;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import dev.parley.nat.path.TokenBucket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * How many connections from outside there may be that are not tied to a peer. A source is an IPv4
 * address, or the /64 of an IPv6 address. Confined to the event loop.
 */
final class Untied {
  static final int MAX = 64;
  static final int MAX_PER_SOURCE = 8;
  static final double PER_SECOND = 100;
  static final double PER_SOURCE_PER_SECOND = 20;
  private static final int MAX_SOURCES = 4_096;

  private final TokenBucket all;
  private final Cache<Object, TokenBucket> perSource =
      CacheBuilder.newBuilder().maximumSize(MAX_SOURCES).build();
  private final Multiset<Object> present = HashMultiset.create();

  Untied(long now) {
    this.all = new TokenBucket(PER_SECOND, now);
  }

  /** The narrower bounds come first, so that one source does not use up what is there for all. */
  boolean admit(InetAddress from, long now) {
    Object source = sourceOf(from);
    if (present.size() >= MAX
        || present.count(source) >= MAX_PER_SOURCE
        || !bucketOf(source, now).tryTake(now)
        || !all.tryTake(now)) {
      return false;
    }
    present.add(source);
    return true;
  }

  /** A connection that was admitted is tied, or closed. */
  void left(InetAddress from) {
    present.remove(sourceOf(from));
  }

  int size() {
    return present.size();
  }

  private TokenBucket bucketOf(Object source, long now) {
    TokenBucket bucket = perSource.getIfPresent(source);
    if (bucket == null) {
      bucket = new TokenBucket(PER_SOURCE_PER_SECOND, now);
      perSource.put(source, bucket);
    }
    return bucket;
  }

  private static Object sourceOf(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    return bytes.length == 4 ? ip : HexFormat.of().formatHex(Arrays.copyOf(bytes, 8));
  }
}
