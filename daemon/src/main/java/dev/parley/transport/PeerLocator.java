package dev.parley.transport;

import com.google.common.collect.ImmutableList;
import dev.parley.nat.RelayCarrier;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;

/** Knows where a peer may be. Called on the event loop; must not block. */
public interface PeerLocator {
  Whereabouts locate(PeerId peer);

  /**
   * @param addresses vetted, best first
   * @param relays through which it may be reached; connecting or connected
   */
  record Whereabouts(
      ImmutableList<InetSocketAddress> addresses, ImmutableList<RelayCarrier> relays) {}
}
