package dev.parley.nat.path;

import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The Netty handler between the UDP socket and what runs above it.
 *
 * <p>Above, a flow is a constant synthetic address (a ULA of RFC 4193 that never reaches a wire);
 * below, it is whatever path its peer can be reached by at the moment. Inbound datagrams are told
 * apart by their first byte (RFC 7983, RFC 9443) and then by {@link FlowLookup}, never by where
 * they come from: a peer that moves is still known, and a forged source gains nothing, because what
 * runs above authenticates every datagram and only authenticated probes change where we send.
 *
 * <p>Every method runs on the event loop of the UDP port, after the handler has been added.
 */
public final class PathSwitch extends ChannelDuplexHandler {
  /** What inbound datagrams are addressed to, whatever address the socket has. */
  public static final InetSocketAddress LOCAL = SyntheticAddress.local();

  private static final String NOT_ADDED = "the path switch is not in a pipeline yet";

  private final FlowLookup lookup;
  private final PathListener listener;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final DropCounts drops = new DropCounts();
  private final RouteTable routes = new RouteTable();
  private final KeepaliveInterval keepalive;
  private final FlowTable flows;
  private final Notices notices;
  private final TcpEntrance tcp = new TcpEntrance(routes, drops, this::receive);
  private BiConsumer<InetSocketAddress, ByteBuf> stun = (from, packet) -> {};
  private Route.@Nullable Shared shared;
  private @Nullable Demultiplexer demultiplexer;
  private boolean readCompletePending;

  /**
   * @param nanoTime a monotonic clock
   * @param random cryptographically strong: probe transactions must not be guessed
   */
  public PathSwitch(
      FlowLookup lookup,
      NoticeSigner signer,
      PathListener listener,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.lookup = lookup;
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.random = random;
    this.keepalive = new KeepaliveInterval(random);
    this.flows = new FlowTable(lookup, nanoTime.getAsLong());
    this.notices = new Notices(signer, nanoTime.getAsLong());
  }

  /** Sets who receives STUN packets; it must not keep or release the buffer. */
  public void onStun(BiConsumer<InetSocketAddress, ByteBuf> receiver) {
    stun = receiver;
  }

  /** Sends a STUN packet from the port, past all flows; releases it. */
  public void sendStun(ByteBuf packet, InetSocketAddress to) {
    shared().context().writeAndFlush(new DatagramPacket(packet, to));
  }

  /** By which TCP connections come to the switch. */
  public TcpEntrance tcp() {
    return tcp;
  }

  public DropCounts drops() {
    return drops;
  }

  /** What the switch holds at the moment, for the status and for those who look for leaks. */
  public Held held() {
    return new Held(flows.size(), flows.unnamed(), routes.size(), routes.tags());
  }

  /**
   * @param strangers flows begun from outside whose peer is unproven
   * @param tags by which probes find a link, those included that have been told but not yet used
   */
  public record Held(int flows, int strangers, int peers, int tags) {}

  /** Begins a flow to a peer; its first datagrams go to all of these at once (a few, bounded). */
  public Flow dial(PeerKey peer, List<InetSocketAddress> addresses, List<RelayCarrier> relays) {
    Flow flow = flows.dialled();
    relays.forEach(relay -> flow.spreadTo(new PathAddress.Relayed(relay, peer)));
    addresses.forEach(address -> flow.spreadTo(new PathAddress.DirectUdp(address)));
    return flow;
  }

  /**
   * Begins one more flow to a peer with whom there is one already: it takes the peer's path of the
   * moment from its first datagram on.
   */
  public Flow dialBeside(PeerKey peer) {
    Flow flow = flows.dialled();
    routes.attach(flow, peer, shared());
    return flow;
  }

  /** The flow with this synthetic address, if it is not over. */
  public @Nullable Flow flowAt(InetSocketAddress synthetic) {
    return flows.at(synthetic);
  }

  /** The peer of this flow is proven. Its handshake's path becomes a path of the peer. */
  public void name(Flow flow, PeerKey peer) {
    if (!flow.isNamed() && flows.at(flow.address()) == flow) {
      flows.naming(flow);
      routes.attach(flow, peer, shared());
    }
  }

  /**
   * This tag has been told to a peer whose own half of the keys is still on its way: its probes may
   * overtake it, and must not be answered by a notice that we know nothing of the link.
   */
  public void reserve(long localTag) {
    routes.reserve(localTag);
  }

  /** The two ends of a link have exchanged keys: probing begins. */
  public void authorize(PeerKey peer, ProbeKeys keys) {
    routes.authorize(peer, keys);
  }

  /** That link has ended. With a peer's last link all is unproven that its probes have proven. */
  public void revoke(PeerKey peer, long localTag) {
    routes.revoke(peer, localTag);
  }

  /**
   * Where the peer says it may be reached; the caller has vetted it. The addresses are all that it
   * has now: what it said before and does not answer is tried no longer. Relays are added.
   */
  public void offer(PeerKey peer, List<InetSocketAddress> addresses, List<RelayCarrier> relays) {
    Route route = routes.of(peer);
    if (route != null) {
      long now = nanoTime.getAsLong();
      relays.forEach(relay -> route.table.add(new PathAddress.Relayed(relay, peer), now));
      route.table.told(addresses.stream().map(PathAddress.DirectUdp::new).toList(), now);
      route.settle();
    }
  }

  /**
   * Connectivity checks have passed between here and this address of the peer: it is probed now,
   * even if it had been given up. Only the probe makes it a path.
   */
  public void check(PeerKey peer, InetSocketAddress address) {
    Route route = routes.of(peer);
    if (route != null) {
      route.table.check(new PathAddress.DirectUdp(address), nanoTime.getAsLong());
      route.settle();
    }
  }

  /** The flow is over. The peer's route goes with its last flow. */
  public void close(Flow flow) {
    if (flows.remove(flow)) {
      Route route = flow.route;
      if (route != null) {
        routes.detach(flow, route);
      }
    }
  }

  /** The path that the peer's datagrams take now. */
  public Optional<PathReport> current(PeerKey peer) {
    Route route = routes.of(peer);
    Path path = route == null ? null : route.table.current();
    return path == null ? Optional.empty() : Optional.of(Route.report(path));
  }

  /** Whether there is a direct path over this transport that answers, be it in use or not. */
  public boolean isDirectBy(PeerKey peer, PathTransport transport) {
    Route route = routes.of(peer);
    return route != null && route.table.isDirectBy(transport);
  }

  /** All that has been tried with this peer, and how it went; nothing where there is no link. */
  public PathEvidence evidence(PeerKey peer) {
    Route route = routes.of(peer);
    return route == null ? PathEvidence.NONE : PathEvidence.of(route.table, nanoTime.getAsLong());
  }

  /** Holds the peer on one kind of path while there is one; null releases it. */
  public void pin(PeerKey peer, @Nullable PathKind kind) {
    Route route = routes.of(peer);
    if (route != null) {
      route.table.pin(kind, nanoTime.getAsLong());
      route.settle();
    }
  }

  /**
   * Spreads the flow's datagrams in time at this rate; 0 sends them as they come. Other flows with
   * the same peer do not wait for them. Nothing happens before the flow has its peer.
   */
  public void pace(Flow flow, double bytesPerNano) {
    flow.pace(bytesPerNano);
  }

  /** The network is another: every path is checked now, and what its NATs bear is forgotten. */
  public void onNetworkChanged() {
    keepalive.reset();
    for (Route route : routes.all()) {
      route.table.onNetworkChanged(nanoTime.getAsLong());
      route.settle();
    }
  }

  /** How long idle direct paths are left alone at present. */
  public Duration keepalive() {
    return Duration.ofNanos(keepalive.nanos());
  }

  /** A relay has come or gone: routes over it are chosen anew. */
  public void onRelayChanged() {
    for (Route route : routes.all()) {
      route.table.onRelaysChanged(nanoTime.getAsLong());
      route.settle();
    }
  }

  /**
   * This relay says that the peer is not connected to it. Its path to the peer is silent from now
   * on, until the peer is heard through it or its turn to be checked comes; no other path is any
   * the worse for it. To be called on the word of the relay itself only.
   */
  public void onTargetAbsent(RelayCarrier relay, PeerKey peer) {
    PathAddress.Relayed path = new PathAddress.Relayed(relay, peer);
    flows.onAbsent(path);
    Route route = routes.of(peer);
    if (route != null) {
      route.table.onAbsent(path, nanoTime.getAsLong());
      route.settle();
    }
  }

  /** Takes a datagram that a relay says is from this peer; releases it. */
  public void onRelayed(RelayCarrier relay, PeerKey source, ByteBuf datagram) {
    receive(datagram, new PathAddress.Relayed(relay, source));
  }

  private void receive(ByteBuf datagram, PathAddress from) {
    try {
      dispatch(datagram, from);
    } finally {
      datagram.release();
    }
    if (!readCompletePending) {
      readCompletePending = true;
      shared()
          .context()
          .executor()
          .execute(
              () -> {
                readCompletePending = false;
                shared().context().fireChannelReadComplete();
              });
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    shared =
        new Route.Shared(
            ctx, new PathSender(ctx, drops), drops, nanoTime, random, keepalive, listener);
    demultiplexer =
        new Demultiplexer(
            new Demultiplexer.Takers(
                lookup, flows, routes, notices, (from, packet) -> stun.accept(from, packet)),
            shared);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    routes.clear();
    flows.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    DatagramPacket packet = (DatagramPacket) message;
    try {
      dispatch(packet.content(), new PathAddress.DirectUdp(packet.sender()));
    } finally {
      packet.release();
    }
  }

  private void dispatch(ByteBuf datagram, PathAddress from) {
    if (demultiplexer == null) {
      throw new IllegalStateException(NOT_ADDED);
    }
    demultiplexer.onDatagram(datagram, from);
  }

  /**
   * Sending fails where an address cannot be reached from this machine at all, such as IPv6 without
   * a route. A peer chooses what addresses we try: it is counted, and not a line in the log.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof UnsupportedAddressTypeException) {
      drops.count(Drop.NO_PATH);
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    DatagramPacket packet = (DatagramPacket) message;
    Flow flow = flows.at(packet.recipient());
    ByteBuf content = packet.content();
    promise.trySuccess();
    if (flow == null) {
      shared().sender().drop(content);
      return;
    }
    lookup.sending(content, flow);
    int segmentBytes =
        packet instanceof io.netty.channel.unix.SegmentedDatagramPacket segmented
            ? segmented.segmentSize()
            : 0;
    Route route = flow.route;
    if (route != null) {
      route.send(flow, content, segmentBytes);
      return;
    }
    for (PathAddress target : flow.handshakeTargets(nanoTime.getAsLong())) {
      shared().sender().send(target, content.retainedDuplicate(), segmentBytes);
    }
    content.release();
  }

  /** Whether this synthetic address is of a flow that we dialled. */
  public static boolean isDialled(InetSocketAddress synthetic) {
    return SyntheticAddress.isDialled(synthetic);
  }

  FlowTable flows() {
    return flows;
  }

  RouteTable routes() {
    return routes;
  }

  private Route.Shared shared() {
    if (shared == null) {
      throw new IllegalStateException(NOT_ADDED);
    }
    return shared;
  }
}
