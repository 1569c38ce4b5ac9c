package dev.parley.link;

import dev.parley.proto.id.PeerId;
import java.util.Optional;

/** All links of a node: at most one per peer. Thread-safe. */
public interface Links {
  /**
   * Says that a link with this peer is wanted. While at least one lease on a peer is open and there
   * is no link, the peer is dialled, with growing pauses between attempts. Never blocks; the
   * outcome reaches the listeners.
   */
  LinkLease want(PeerId peer);

  /** The link with this peer, when there is one. */
  Optional<Link> current(PeerId peer);

  /**
   * Adds a listener. It hears of every link that comes up from now on, in order, on the links'
   * thread.
   */
  void addListener(LinkListener listener);

  /** Accepts streams of this kind on every link. At most one acceptor per kind, set at start. */
  void accept(StreamKind kind, StreamAcceptor acceptor);

  /** Accepts streams of bytes of this kind on every link. One acceptor per kind, set at start. */
  void accept(ByteStreamKind kind, ByteStreamAcceptor acceptor);

  /** Hears the datagrams of every link. One receiver, set at start. */
  void receive(DatagramReceiver receiver);
}
