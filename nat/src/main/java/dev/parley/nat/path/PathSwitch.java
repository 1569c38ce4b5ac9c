package dev.parley.nat.path;

import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  public static final InetSocketAddress LOCAL = synthetic(0, 1);

  private static final int DIALLED_PORT = 1;
  private static final int ACCEPTED_PORT = 2;

  /** "fd" and "parley" in ASCII: our corner of the unique local addresses. */
  private static final long SYNTHETIC_PREFIX = 0xfd70_6172_6c65_7900L;

  /**
   * Notices that we sign per second, for all who ask: signing is what a forger could make us do.
   */
  private static final double NOTICES_PER_SECOND = 50;

  private static final int FIRST_FLOW_BYTE = 64;
  private static final int LAST_STUN_BYTE = 3;

  private final FlowLookup lookup;
  private final NoticeSigner signer;
  private final PathListener listener;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final DropCounts drops = new DropCounts();
  private final Map<InetSocketAddress, Flow> flows = new HashMap<>();
  private final Map<PeerKey, Route> routes = new HashMap<>();
  private final LongObjectMap<Route> routesByTag = new LongObjectHashMap<>();
  private final Set<Long> reservedTags = new HashSet<>();
  private final Strangers strangers;
  private final TokenBucket noticeBucket;
  private BiConsumer<InetSocketAddress, ByteBuf> stun = (from, packet) -> {};
  private @Nullable ChannelHandlerContext context;
  private Route.@Nullable Shared shared;
  private long flowCounter;
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
    this.signer = signer;
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.random = random;
    this.strangers = new Strangers(nanoTime.getAsLong());
    this.noticeBucket = new TokenBucket(NOTICES_PER_SECOND, nanoTime.getAsLong());
  }

  /** Sets who receives STUN packets; it must not keep or release the buffer. */
  public void onStun(BiConsumer<InetSocketAddress, ByteBuf> receiver) {
    stun = receiver;
  }

  /** Sends a STUN packet from the port, past all flows; releases it. */
  public void sendStun(ByteBuf packet, InetSocketAddress to) {
    context().writeAndFlush(new DatagramPacket(packet, to));
  }

  public DropCounts drops() {
    return drops;
  }

  /** Begins a flow to a peer; its first datagrams go to all of these at once (a few, bounded). */
  public Flow dial(PeerKey peer, List<InetSocketAddress> addresses, List<RelayCarrier> relays) {
    Flow flow = newFlow(true);
    relays.forEach(relay -> flow.spreadTo(new PathAddress.Relayed(relay, peer)));
    addresses.forEach(address -> flow.spreadTo(new PathAddress.DirectUdp(address)));
    return flow;
  }

  /** The flow with this synthetic address, if it is not over. */
  public @Nullable Flow flowAt(InetSocketAddress synthetic) {
    return flows.get(synthetic);
  }

  /** The peer of this flow is proven. Its handshake's path becomes a path of the peer. */
  public void name(Flow flow, PeerKey peer) {
    if (flow.isNamed()) {
      return;
    }
    if (!flow.isDialled()) {
      strangers.left();
    }
    routes.computeIfAbsent(peer, p -> new Route(p, shared())).attach(flow);
  }

  /**
   * This tag has been told to a peer whose own half of the keys is still on its way: its probes may
   * overtake it, and must not be answered by a notice that we know nothing of the link.
   */
  public void reserve(long localTag) {
    reservedTags.add(localTag);
  }

  /** The two ends of a link have exchanged keys: probing begins. */
  public void authorize(PeerKey peer, ProbeKeys keys) {
    reservedTags.remove(keys.localTag());
    Route route = routes.get(peer);
    if (route != null) {
      routesByTag.put(keys.localTag(), route);
      route.authorize(keys).forEach(outdated -> routesByTag.remove(outdated.localTag()));
    }
  }

  /** That link has ended; what its probes have proven is proven no more. */
  public void revoke(PeerKey peer, long localTag) {
    reservedTags.remove(localTag);
    routesByTag.remove(localTag);
    Route route = routes.get(peer);
    if (route != null) {
      route.revoke(localTag);
    }
  }

  /** More addresses at which the peer may be reached; the caller has vetted them. */
  public void offer(PeerKey peer, List<InetSocketAddress> addresses, List<RelayCarrier> relays) {
    Route route = routes.get(peer);
    if (route != null) {
      long now = nanoTime.getAsLong();
      relays.forEach(relay -> route.table.add(new PathAddress.Relayed(relay, peer), now));
      addresses.forEach(address -> route.table.add(new PathAddress.DirectUdp(address), now));
      route.settle();
    }
  }

  /** The flow is over. The peer's route goes with its last flow. */
  public void close(Flow flow) {
    if (flows.remove(flow.address()) == null) {
      return;
    }
    lookup.closed(flow);
    Route route = flow.route;
    if (route == null) {
      if (!flow.isDialled()) {
        strangers.left();
      }
      return;
    }
    route.detach(flow);
    if (route.flows().isEmpty()) {
      route.close();
      routes.remove(route.peer);
      routesByTag.values().removeIf(r -> r == route);
    }
  }

  /** The path that the peer's datagrams take now. */
  public Optional<PathReport> current(PeerKey peer) {
    Route route = routes.get(peer);
    Path path = route == null ? null : route.table.current();
    return path == null ? Optional.empty() : Optional.of(Route.report(path));
  }

  /** Holds the peer on one kind of path while there is one; null releases it. */
  public void pin(PeerKey peer, @Nullable PathKind kind) {
    Route route = routes.get(peer);
    if (route != null) {
      route.table.pin(kind, nanoTime.getAsLong());
      route.settle();
    }
  }

  /** Spreads the peer's datagrams in time at this rate; 0 sends them as they come. */
  public void pace(PeerKey peer, double bytesPerNano) {
    Route route = routes.get(peer);
    if (route != null) {
      route.pace(bytesPerNano);
    }
  }

  /** The network, or a relay, is not what it was: every path is checked again now. */
  public void recheckAll() {
    for (Route route : List.copyOf(routes.values())) {
      route.table.recheck(nanoTime.getAsLong());
      route.settle();
    }
  }

  /** A relay has come or gone: routes over it are chosen anew. */
  public void onRelayChanged() {
    List.copyOf(routes.values()).forEach(Route::settle);
  }

  /** Takes a datagram that a relay says is from this peer; releases it. */
  public void onRelayed(RelayCarrier relay, PeerKey source, ByteBuf datagram) {
    try {
      dispatch(datagram, new PathAddress.Relayed(relay, source));
    } finally {
      datagram.release();
    }
    if (!readCompletePending) {
      readCompletePending = true;
      context()
          .executor()
          .execute(
              () -> {
                readCompletePending = false;
                context().fireChannelReadComplete();
              });
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    shared = new Route.Shared(ctx, new PathSender(ctx, drops), drops, nanoTime, random, listener);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    routes.values().forEach(Route::close);
    routes.clear();
    routesByTag.clear();
    flows.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    DatagramPacket packet = (DatagramPacket) message;
    try {
      ByteBuf content = packet.content();
      boolean isStun =
          content.isReadable() && content.getUnsignedByte(content.readerIndex()) <= LAST_STUN_BYTE;
      if (isStun) {
        stun.accept(packet.sender(), content);
      } else {
        dispatch(content, new PathAddress.DirectUdp(packet.sender()));
      }
    } finally {
      packet.release();
    }
  }

  private void dispatch(ByteBuf datagram, PathAddress from) {
    if (!datagram.isReadable()) {
      drops.count(Drop.UNKNOWN_FORM);
    } else if (Probe.looksLikeOne(datagram)) {
      onProbe(datagram, from);
    } else if (datagram.getUnsignedByte(datagram.readerIndex()) >= FIRST_FLOW_BYTE) {
      onFlowDatagram(datagram, from);
    } else {
      drops.count(Drop.UNKNOWN_FORM);
    }
  }

  private void onFlowDatagram(ByteBuf datagram, PathAddress from) {
    long now = nanoTime.getAsLong();
    Flow flow = lookup.find(datagram);
    if (flow == null) {
      if (!lookup.mayOpen(datagram)) {
        drops.count(Drop.UNKNOWN_FLOW);
        return;
      }
      if (!strangers.admit(from, now)) {
        drops.count(Drop.TOO_MANY_STRANGERS);
        return;
      }
      flow = newFlow(false);
      lookup.opened(datagram, flow);
    }
    flow.received(from, now);
    context().fireChannelRead(new DatagramPacket(datagram.retain(), LOCAL, flow.address()));
  }

  private void onProbe(ByteBuf packet, PathAddress from) {
    Probe probe = Probe.parse(packet).orElse(null);
    if (probe == null) {
      drops.count(Drop.UNKNOWN_FORM);
      return;
    }
    if (probe.type() == Probe.FORGOTTEN) {
      onNotice(probe, packet);
      return;
    }
    Route route = routesByTag.get(probe.tag());
    if (route != null) {
      route.onProbe(probe, packet, from);
      return;
    }
    drops.count(Drop.UNKNOWN_PROBE);
    if (reservedTags.contains(probe.tag())) {
      return;
    }
    if (probe.type() == Probe.REQUEST && noticeBucket.tryTake(nanoTime.getAsLong())) {
      Probe notice = new Probe(Probe.FORGOTTEN, probe.tag(), probe.transaction());
      ByteBuf out = notice.encodeNotice(context().alloc(), signer.sign(notice.noticeBytes()));
      shared().sender().send(from, out, 0);
      context().flush();
    }
  }

  private void onNotice(Probe notice, ByteBuf packet) {
    for (Route route : routes.values()) {
      // The transaction is ours, random and fresh, so a recorded notice is of no use to anyone.
      if (route.expectsNotice(notice)) {
        boolean genuine =
            signer.verify(route.peer, notice.noticeBytes(), Probe.signatureOf(packet));
        if (genuine) {
          listener.onForgotten(route.peer, route.localTagFor(notice.tag()));
          return;
        }
      }
    }
    drops.count(Drop.FORGED_PROBE);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    DatagramPacket packet = (DatagramPacket) message;
    Flow flow = flows.get(packet.recipient());
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

  private Flow newFlow(boolean dialled) {
    InetSocketAddress address = synthetic(++flowCounter, dialled ? DIALLED_PORT : ACCEPTED_PORT);
    Flow flow = new Flow(address, dialled);
    flows.put(address, flow);
    return flow;
  }

  /** Whether this synthetic address is of a flow that we dialled. */
  public static boolean isDialled(InetSocketAddress synthetic) {
    return synthetic.getPort() == DIALLED_PORT;
  }

  private static InetSocketAddress synthetic(long low, int port) {
    byte[] bytes = ByteBuffer.allocate(16).putLong(SYNTHETIC_PREFIX).putLong(low).array();
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("the path switch is not in a pipeline yet");
    }
    return context;
  }

  private Route.Shared shared() {
    if (shared == null) {
      throw new IllegalStateException("the path switch is not in a pipeline yet");
    }
    return shared;
  }
}
