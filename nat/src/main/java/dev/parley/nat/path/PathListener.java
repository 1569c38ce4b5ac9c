package dev.parley.nat.path;

import dev.parley.nat.PeerKey;

/** Hears what becomes of peers' paths. Called on the event loop; must not block. */
public interface PathListener {
  /** The peer's datagrams take another path from now on. */
  default void onSwitched(PeerKey peer, PathReport now, String reason) {}

  /** The peer has proven that it no longer knows the link whose probes carry this tag. */
  default void onForgotten(PeerKey peer, long localTag) {}
}
