package dev.parley.link;

import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;

/** Receives the datagrams of all peers. On the links' thread; must not block. */
public interface DatagramReceiver {
  /**
   * One datagram, authenticated, perhaps not in order, perhaps not the only one lost.
   *
   * @param datagram valid during the call only
   */
  void onDatagram(PeerId peer, ByteBuffer datagram);
}
