package dev.parley.messaging;

import dev.parley.proto.id.PeerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many messages wait for each peer on disk. Changed by the messaging thread, read by any. */
final class OutboxSizes {
  private final Map<PeerId, Long> sizes = new ConcurrentHashMap<>();

  long of(PeerId peer) {
    return sizes.getOrDefault(peer, 0L);
  }

  void add(PeerId peer, long change) {
    sizes.merge(
        peer,
        change,
        (before, more) -> {
          long after = before + more;
          return after == 0 ? null : Long.valueOf(after);
        });
  }
}
