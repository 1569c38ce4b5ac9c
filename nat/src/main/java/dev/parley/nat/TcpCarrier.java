package dev.parley.nat;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/**
 * Carries datagrams straight to one peer over one TCP connection, which has been tied to that peer
 * by the keys of a link with it. Equal only to itself.
 *
 * <p>Confined to the event loop of the path switch. The other direction is {@code
 * nat.path.TcpEntrance}.
 */
public interface TcpCarrier {
  PeerKey peer();

  /** The other end of the connection. */
  InetSocketAddress remote();

  /**
   * Sends one datagram and releases it. Drops it, and says so by {@code false}, when the connection
   * is closed or takes no more at the moment: what is above copes with loss, never with a long
   * queue.
   */
  boolean send(ByteBuf datagram);

  boolean isOpen();

  /** For whatever reason, which is logged. */
  void close(String reason);
}
