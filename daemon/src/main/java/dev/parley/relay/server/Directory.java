package dev.parley.relay.server;

import dev.parley.nat.PeerKey;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which key is connected where. Thread-safe: read for every datagram, by every loop, and changed
 * only when a client comes or goes.
 */
final class Directory {
  private final ConcurrentHashMap<PeerKey, Session> sessions = new ConcurrentHashMap<>();

  @Nullable Session find(PeerKey key) {
    return sessions.get(key);
  }

  /** Whether {@code key} may enter now: it is there already, or there is room for one more. */
  boolean hasRoom(PeerKey key, int maxClients) {
    return sessions.size() < maxClients || sessions.containsKey(key);
  }

  /**
   * What came of entering.
   *
   * @param replaced the older session of the same key: the newest stays, for the older one is most
   *     likely a connection that died without a word
   */
  record Entry(boolean entered, Optional<Session> replaced) {}

  /** Synchronized, so that two loops cannot both take the last place. */
  synchronized Entry enter(PeerKey key, Session session, int maxClients) {
    if (!hasRoom(key, maxClients)) {
      return new Entry(false, Optional.empty());
    }
    return new Entry(true, Optional.ofNullable(sessions.put(key, session)));
  }

  /** Only if the place is still this session's. */
  void leave(PeerKey key, Session session) {
    sessions.remove(key, session);
  }

  Collection<Session> all() {
    return sessions.values();
  }

  int size() {
    return sessions.size();
  }
}
