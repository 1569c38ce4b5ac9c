package dev.parley.messaging;

import com.google.common.collect.ImmutableMap;
import dev.parley.proto.id.PeerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many messages of each peer are unread. Changed by the messaging thread, read by any. A peer
 * with none takes no room; the inbox limits bound the others.
 */
final class UnreadCount {
  private final Map<PeerId, Long> byPeer = new ConcurrentHashMap<>();
  private final AtomicLong total = new AtomicLong();

  UnreadCount(ImmutableMap<PeerId, Long> initial) {
    initial.forEach(this::add);
  }

  void add(PeerId peer, long count) {
    total.addAndGet(count);
    byPeer.merge(
        peer,
        count,
        (before, more) -> {
          long after = before + more;
          return after == 0 ? null : Long.valueOf(after);
        });
  }

  long of(PeerId peer) {
    return byPeer.getOrDefault(peer, 0L);
  }

  long total() {
    return total.get();
  }

  /** The peers with unread messages. */
  Map<PeerId, Long> byPeer() {
    return byPeer;
  }
}
