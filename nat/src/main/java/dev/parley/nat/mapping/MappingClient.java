package dev.parley.nat.mapping;

import java.io.IOException;
import java.time.Duration;

/**
 * One protocol towards one gateway, for one port. Blocks, a few seconds at most; called by one
 * thread at a time.
 */
interface MappingClient {
  Protocol protocol();

  /**
   * Makes the mapping, or renews it.
   *
   * @param externalPort what to ask for; the gateway may give another
   * @throws MappingException when the gateway refuses or lies
   * @throws IOException when it does not answer
   */
  Grant map(int externalPort, Duration lifetime) throws IOException;

  /** Whether the gateway, as far as it tells, still has what it last granted. */
  boolean stillThere() throws IOException;

  /** Takes the mapping back. */
  void release() throws IOException;
}
