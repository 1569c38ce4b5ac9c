package dev.parley.relay.server;

import dev.parley.nat.PeerKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Limits how often one client is told that a target is not there: once a second per target, and not
 * faster than a small rate in all however many targets it invents. Not thread-safe.
 */
final class AbsenceNotices {
  static final int MAX_TARGETS = 256;
  static final int PER_SECOND = 50;

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final TokenBucket inAll;
  private final Map<PeerKey, Long> lastTold =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerKey, Long> eldest) {
          return size() > MAX_TARGETS;
        }
      };

  AbsenceNotices(long nowNanos) {
    this.inAll = new TokenBucket(PER_SECOND, nowNanos);
  }

  boolean mayTell(PeerKey target, long nowNanos) {
    Long last = lastTold.get(target);
    if (last != null && nowNanos - last < PAUSE_NANOS) {
      return false;
    }
    if (!inAll.tryTake(1, PER_SECOND, PER_SECOND, nowNanos)) {
      return false;
    }
    lastTold.remove(target);
    lastTold.put(target, nowNanos);
    return true;
  }

  int remembered() {
    return lastTold.size();
  }
}
