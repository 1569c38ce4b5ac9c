package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import io.netty.buffer.ByteBuf;

/** Hears of all relays of a node, on the event loop. */
public interface RelayPoolListener {
  /** The relay by which peers reach us is another now. */
  void onHomeChanged(RelayUrl home);

  void onConnected(RelayUrl relay, RelayGreeting greeting);

  /** A relay went away, or cannot be reached. */
  void onDisconnected(RelayUrl relay, RelayProblem problem);

  /**
   * The listener releases the datagram.
   *
   * @param carrier leads back to the source; equal to {@link RelayPool#carrierFor} of that relay
   */
  void onDatagram(RelayCarrier carrier, PeerKey source, ByteBuf datagram);

  /** The datagrams of this moment are all there: the time to flush what they gave rise to. */
  void onDatagramsComplete();

  void onTargetAbsent(RelayCarrier carrier, PeerKey target);

  /** Mail has come for this node. */
  default void onMail(RelayUrl relay) {}
}
