package dev.parley.link;

import dev.parley.proto.id.PeerId;

/** Hears how links come and go. Called on the links' thread; must not block. */
public interface LinkListener {
  /** Both identities are proven and streams can be opened. */
  default void onUp(Link link) {}

  /** The link has ended; its streams have been told before. */
  default void onDown(Link link, String reason) {}

  /** One attempt to reach a wanted peer has failed; another follows by itself. */
  default void onUnreachable(PeerId peer, String reason) {}
}
