package dev.parley.nat.tcp;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import dev.parley.nat.PeerKey;
import dev.parley.nat.path.TokenBucket;

/**
 * How often peers can have us connect to the addresses that they tell: each connect is a packet or
 * three to whomever they name. Confined to the event loop.
 */
final class DialLimits {
  /** Connects under way, to all peers together. */
  static final int MAX = 32;

  static final int MAX_PER_PEER = 3;

  static final double PER_SECOND = 32;

  /** And with a pause before them, as many at once. */
  static final double PER_PEER_PER_SECOND = 4;

  private static final int MAX_PEERS = 4_096;

  private final TokenBucket all;
  private final Cache<PeerKey, TokenBucket> perPeer =
      CacheBuilder.newBuilder().maximumSize(MAX_PEERS).build();
  private final Multiset<PeerKey> underWay = HashMultiset.create();

  DialLimits(long now) {
    this.all = new TokenBucket(PER_SECOND, now);
  }

  /** The narrower bounds come first, so that one peer does not use up what is there for all. */
  boolean begin(PeerKey peer, long now) {
    if (underWay.size() >= MAX
        || underWay.count(peer) >= MAX_PER_PEER
        || !bucketOf(peer, now).tryTake(now)
        || !all.tryTake(now)) {
      return false;
    }
    underWay.add(peer);
    return true;
  }

  void ended(PeerKey peer) {
    underWay.remove(peer);
  }

  int size() {
    return underWay.size();
  }

  private TokenBucket bucketOf(PeerKey peer, long now) {
    TokenBucket bucket = perPeer.getIfPresent(peer);
    if (bucket == null) {
      bucket = new TokenBucket(PER_PEER_PER_SECOND, now);
      perPeer.put(peer, bucket);
    }
    return bucket;
  }
}
