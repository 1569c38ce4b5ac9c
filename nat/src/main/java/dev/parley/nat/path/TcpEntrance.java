package dev.parley.nat.path;

import dev.parley.nat.PeerKey;
import dev.parley.nat.TcpCarrier;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * By which TCP connections come to a path switch: a connection is tied to a peer by the keys of a
 * link, and is then one more place that the peer's datagrams can come from and go to.
 *
 * <p>Owned by the event loop. Being tied says who is at the other end and no more: a path it
 * becomes by its probes, like any other.
 */
public final class TcpEntrance {
  private final RouteTable routes;
  private final DropCounts drops;
  private final BiConsumer<ByteBuf, PathAddress> inbound;

  TcpEntrance(RouteTable routes, DropCounts drops, BiConsumer<ByteBuf, PathAddress> inbound) {
    this.routes = routes;
    this.drops = drops;
    this.inbound = inbound;
  }

  /** The link whose probes carry this tag of ours. */
  public @Nullable KnownLink byTag(long localTag) {
    Route route = routes.byTag(localTag);
    return route == null ? null : route.linkByTag(localTag);
  }

  /** The newest link with this peer. */
  public @Nullable KnownLink with(PeerKey peer) {
    Route route = routes.of(peer);
    return route == null ? null : route.newestLink();
  }

  /**
   * The connection's peer has proven itself with the keys of a link: it is probed from now on.
   * False when the peer has as many as it may have, or no link any more.
   */
  public boolean tie(TcpCarrier connection) {
    Route route = routes.of(connection.peer());
    return route != null && route.tie(new PathAddress.DirectTcp(connection));
  }

  /** The connection is closed: whatever went over it goes another way at once. */
  public void untie(TcpCarrier connection) {
    PathAddress.DirectTcp path = new PathAddress.DirectTcp(connection);
    // Of other peers too: somebody else's flow may have begun over the connection.
    routes.all().forEach(route -> route.untie(path));
  }

  /** Takes a datagram that has come over a tied connection; releases it. */
  public void onDatagram(TcpCarrier connection, ByteBuf datagram) {
    inbound.accept(datagram, new PathAddress.DirectTcp(connection));
  }

  /** The peer's connections, the oldest first: a copy. */
  public List<TcpCarrier> connections(PeerKey peer) {
    Route route = routes.of(peer);
    return route == null ? List.of() : route.table.connections();
  }

  /** The connection that the peer's datagrams take, if they take one. */
  public @Nullable TcpCarrier inUse(PeerKey peer) {
    Route route = routes.of(peer);
    Path current = route == null ? null : route.table.current();
    return current != null && current.address instanceof PathAddress.DirectTcp tcp
        ? tcp.connection()
        : null;
  }

  public void count(Drop reason) {
    drops.count(reason);
  }
}
