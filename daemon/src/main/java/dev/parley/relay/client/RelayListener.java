package dev.parley.relay.client;

import dev.parley.nat.PeerKey;
import dev.parley.relay.v1.RendezvousEvent;
import io.netty.buffer.ByteBuf;
import java.time.Duration;

/** Hears of one relay, on the event loop. */
public interface RelayListener {
  void onConnected(RelayGreeting greeting);

  /** Called after a connection was lost and after each failed attempt. */
  void onDisconnected(RelayProblem problem);

  /** The round trip is known; called again whenever it is measured anew. */
  void onMeasured(Duration rtt);

  /** The listener releases the datagram. */
  void onDatagram(PeerKey source, ByteBuf datagram);

  /** The datagrams of this moment are all there: the time to flush what they gave rise to. */
  void onDatagramsComplete();

  /** The last datagrams to this peer were dropped: it is not connected to the relay. */
  void onTargetAbsent(PeerKey target);

  /** Mail has come for this node. */
  default void onMail() {}

  /** The relay says something of the slot that this connection has asked for. */
  default void onRendezvous(RendezvousEvent event) {}
}
