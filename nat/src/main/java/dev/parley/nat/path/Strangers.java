package dev.parley.nat.path;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * How many flows may be begun from outside: bounds what an unproven sender can make us hold.
 *
 * <p>A source is an IPv4 address, the /64 of an IPv6 address (all of it is usually one machine's),
 * or a key at a relay. Confined to the event loop.
 */
final class Strangers {
  /** Flows whose peer is unproven, at a time. */
  static final int MAX_UNNAMED = 512;

  /** The same, of one source. */
  static final int MAX_UNNAMED_PER_SOURCE = 128;

  static final double PER_SECOND = 400;

  static final double PER_SOURCE_PER_SECOND = 40;

  private static final int MAX_SOURCES = 4096;

  private final TokenBucket all;
  private final Cache<Object, TokenBucket> perSource =
      CacheBuilder.newBuilder().maximumSize(MAX_SOURCES).build();
  private final Multiset<Object> unnamed = HashMultiset.create();

  Strangers(long now) {
    this.all = new TokenBucket(PER_SECOND, now);
  }

  /** The narrower bounds come first, so that one source does not use up what is there for all. */
  boolean admit(PathAddress from, long now) {
    Object source = sourceOf(from);
    if (unnamed.size() >= MAX_UNNAMED
        || unnamed.count(source) >= MAX_UNNAMED_PER_SOURCE
        || !bucketOf(source, now).tryTake(now)
        || !all.tryTake(now)) {
      return false;
    }
    unnamed.add(source);
    return true;
  }

  /** A flow that was admitted from there is over, or its peer is proven. */
  void left(PathAddress from) {
    unnamed.remove(sourceOf(from));
  }

  int unnamed() {
    return unnamed.size();
  }

  private TokenBucket bucketOf(Object source, long now) {
    TokenBucket bucket = perSource.getIfPresent(source);
    if (bucket == null) {
      bucket = new TokenBucket(PER_SOURCE_PER_SECOND, now);
      perSource.put(source, bucket);
    }
    return bucket;
  }

  private static Object sourceOf(PathAddress from) {
    if (from instanceof PathAddress.DirectUdp direct) {
      return sourceOf(direct.address().getAddress());
    }
    return from instanceof PathAddress.DirectTcp tcp
        ? sourceOf(tcp.connection().remote().getAddress())
        : from;
  }

  private static Object sourceOf(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    return bytes.length == 4 ? ip : HexFormat.of().formatHex(Arrays.copyOf(bytes, 8));
  }
}
