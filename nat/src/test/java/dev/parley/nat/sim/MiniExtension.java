package dev.parley.nat.sim;

import dev.parley.nat.PeerKey;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/** What a test puts beside a mini-node's own doings, such as the real node's signalling. */
public interface MiniExtension {
  default void onUp(PeerKey peer) {}

  default void onSignal(PeerKey peer, byte[] signal) {}

  default void onNetworkChanged() {}

  /** More is known of where the node can be reached. */
  default void onLocals() {}

  /** Whether this STUN packet is for the extension. Must not keep it. */
  default boolean onStun(ByteBuf packet, InetSocketAddress from) {
    return false;
  }
}
