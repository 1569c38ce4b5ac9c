package dev.parley.nat.path;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A bounded number of places for what comes from outside unproven, in all and for each source, and
 * how many of them may be taken anew in a second. Confined to one thread.
 */
public final class Places {
  /** Sources whose rate is remembered; the one that was quiet the longest is forgotten first. */
  public static final int MAX_SOURCES = 4_096;

  private final Limits limits;
  private final TokenBucket all;
  private final Cache<Object, TokenBucket> perSource =
      CacheBuilder.newBuilder().maximumSize(MAX_SOURCES).build();
  private final Multiset<Object> taken = HashMultiset.create();

  /**
   * What is allowed.
   *
   * @param max places taken at a time
   * @param perSecond places taken anew, with a burst of as many
   */
  public record Limits(int max, int maxPerSource, double perSecond, double perSourcePerSecond) {}

  /** All places are free at {@code now}, in nanoseconds of a clock that never goes back. */
  public Places(Limits limits, long now) {
    this.limits = limits;
    this.all = new TokenBucket(limits.perSecond(), now);
  }

  /** An IPv4 address, or the /64 of an IPv6 address: all of it is usually one machine's. */
  public static Object sourceOf(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    return bytes.length == 4 ? ip : HexFormat.of().formatHex(Arrays.copyOf(bytes, 8));
  }

  /**
   * Takes a place for the source, if one is free. The narrower bounds come first, so that one
   * source does not use up what is there for all.
   */
  public boolean admit(Object source, long now) {
    if (taken.size() >= limits.max()
        || taken.count(source) >= limits.maxPerSource()
        || !bucketOf(source, now).tryTake(now)
        || !all.tryTake(now)) {
      return false;
    }
    taken.add(source);
    return true;
  }

  /** A place that the source took is free again. */
  public void left(Object source) {
    taken.remove(source);
  }

  /** Places that are taken. */
  public int taken() {
    return taken.size();
  }

  /** Sources whose rate is remembered. */
  long sources() {
    perSource.cleanUp();
    return perSource.size();
  }

  private TokenBucket bucketOf(Object source, long now) {
    TokenBucket bucket = perSource.getIfPresent(source);
    if (bucket == null) {
      bucket = new TokenBucket(limits.perSourcePerSecond(), now);
      perSource.put(source, bucket);
    }
    return bucket;
  }
}
