package dev.parley.nat;

import io.netty.buffer.ByteBuf;

/**
 * Carries datagrams to peers by way of one relay.
 *
 * <p>Implemented outside this module and confined to the event loop of the {@link PathSwitch}. The
 * other direction is {@link PathSwitch#onRelayed}.
 */
public interface RelayCarrier {
  /** For people: the relay's URL. Stable for the life of the carrier. */
  String name();

  /**
   * Sends one datagram and releases it. Drops it, and says so by {@code false}, when the relay is
   * not connected or its queue is full: what is above copes with loss, never with a long queue.
   */
  boolean send(PeerKey target, ByteBuf datagram);

  /** Whether the relay is connected and authenticated. */
  boolean isConnected();
}
