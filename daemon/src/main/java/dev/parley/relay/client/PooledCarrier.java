package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import io.netty.buffer.ByteBuf;

/**
 * Stays good while the connection behind it comes and goes: sending is what brings it back. Two for
 * the same relay are equal.
 */
record PooledCarrier(RelayPool pool, RelayUrl url, String name) implements RelayCarrier {
  @Override
  public boolean send(PeerKey target, ByteBuf datagram) {
    return pool.send(url, target, datagram);
  }

  @Override
  public boolean isConnected() {
    return pool.isConnected(url);
  }
}
