package dev.parley.nat.path;

import dev.parley.nat.PeerKey;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes of a switch, by peer and by the tags of their probes. Owned by the event loop. */
final class RouteTable {
  private final Map<PeerKey, Route> routes = new HashMap<>();
  private final LongObjectMap<Route> byTag = new LongObjectHashMap<>();
  private final Set<Long> reservedTags = new HashSet<>();

  void attach(Flow flow, PeerKey peer, Route.Shared shared) {
    routes.computeIfAbsent(peer, p -> new Route(p, shared)).attach(flow);
  }

  /** A route goes with its last flow. */
  void detach(Flow flow, Route route) {
    route.detach(flow);
    if (route.flows().isEmpty()) {
      route.close();
      routes.remove(route.peer);
      byTag.values().removeIf(r -> r == route);
    }
  }

  @Nullable Route of(PeerKey peer) {
    return routes.get(peer);
  }

  @Nullable Route byTag(long localTag) {
    return byTag.get(localTag);
  }

  /** A copy: what is done to a route may end it. */
  List<Route> all() {
    return List.copyOf(routes.values());
  }

  void reserve(long localTag) {
    reservedTags.add(localTag);
  }

  boolean isReserved(long localTag) {
    return reservedTags.contains(localTag);
  }

  void authorize(PeerKey peer, ProbeKeys keys) {
    reservedTags.remove(keys.localTag());
    Route route = routes.get(peer);
    if (route != null) {
      byTag.put(keys.localTag(), route);
      route.authorize(keys).forEach(outdated -> byTag.remove(outdated.localTag()));
    }
  }

  void revoke(PeerKey peer, long localTag) {
    reservedTags.remove(localTag);
    byTag.remove(localTag);
    Route route = routes.get(peer);
    if (route != null) {
      route.revoke(localTag);
    }
  }

  void clear() {
    routes.values().forEach(Route::close);
    routes.clear();
    byTag.clear();
    reservedTags.clear();
  }

  int size() {
    return routes.size();
  }

  /** Tags by which something is known, reserved ones included. */
  int tags() {
    return byTag.size() + reservedTags.size();
  }
}
