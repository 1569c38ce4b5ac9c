package dev.parley.nat.path;

import dev.parley.nat.PeerKey;

/**
 * Signs and verifies "I do not know this link": how a peer that has restarted says so before the
 * other side's timers would notice. Called on the event loop.
 */
public interface NoticeSigner {
  /** 64 bytes by which this node vouches for {@code statement}. */
  byte[] sign(byte[] statement);

  boolean verify(PeerKey signer, byte[] statement, byte[] signature);
}
