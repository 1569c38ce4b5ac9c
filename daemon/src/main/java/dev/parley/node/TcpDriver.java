package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.PeerAddresses;
import dev.parley.link.Link;
import dev.parley.link.LinkListener;
import dev.parley.nat.candidate.RemoteCandidates;
import dev.parley.nat.mapping.PortMapper;
import dev.parley.nat.mapping.Protocol;
import dev.parley.nat.tcp.TcpPort;
import dev.parley.peer.v1.Candidates;
import dev.parley.peer.v1.SocketAddress;
import dev.parley.peer.v1.Transport;
import dev.parley.proto.id.PeerId;
import dev.parley.transport.QuicTransport;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's TCP port, and with whom it is used: tells peers where it takes connections, and has
 * those dialled whose link is not direct over UDP. Owned by the event loop.
 */
final class TcpDriver implements LinkListener {
  private static final Logger log = LoggerFactory.getLogger(TcpDriver.class);
  private static final long TICK_MILLIS = 500;

  /** What it works with. */
  record Surroundings(
      PeerId self,
      TcpPort port,
      QuicTransport transport,
      Supplier<ImmutableList<InetSocketAddress>> addresses,
      EventLoop loop,
      RandomGenerator random) {}

  private final Surroundings with;
  private final Map<PeerId, PeerTcp> peers = new HashMap<>();

  /** What gateways forward to this node's TCP port. */
  private final Set<InetSocketAddress> forwarded = new LinkedHashSet<>();

  private boolean listening;
  private @Nullable ScheduledFuture<?> ticks;

  private TcpDriver(Surroundings with) {
    this.with = with;
  }

  /**
   * @param addresses where this node can be reached over UDP: over TCP it may be reached there too
   */
  static TcpDriver on(
      PeerId self,
      QuicTransport transport,
      Supplier<ImmutableList<InetSocketAddress>> addresses,
      EventLoop loop,
      RandomGenerator random) {
    TcpPort port = new TcpPort(loop, transport.paths().tcp(), System::nanoTime, random);
    return new TcpDriver(new Surroundings(self, port, transport, addresses, loop, random));
  }

  /** Takes connections there; without, the node goes on and says so. */
  void listen(InetSocketAddress address) {
    ChannelFuture binding = with.port().listen(address);
    binding.addListener(
        done -> {
          listening = binding.isSuccess();
          if (listening) {
            peers.keySet().forEach(this::tell);
          } else {
            log.warn(
                "no TCP at {}: {}. Peers whose network drops UDP cannot reach this node directly;"
                    + " to let them, choose another port with --listen HOST:PORT or `listen` in the"
                    + " configuration, or stop the program that uses this one.",
                AddressText.of(address),
                UdpBinding.reason(binding.cause()));
          }
        });
  }

  /**
   * Where this node takes TCP connections, as far as it knows. A router that forwards a port to it,
   * by rule or because it is a full cone, commonly does so for TCP and UDP alike.
   */
  ImmutableList<SocketAddress> ownAddresses() {
    if (!listening) {
      return ImmutableList.of();
    }
    return Stream.concat(forwarded.stream(), with.addresses().get().stream())
        .distinct()
        .map(address -> PeerAddresses.encode(address, Transport.TRANSPORT_TCP))
        .flatMap(Optional::stream)
        .limit(DiscoveryRecord.MAX_ADDRESSES)
        .collect(ImmutableList.toImmutableList());
  }

  /** Hears what a gateway forwards to the TCP port, and tells the peers. */
  PortMapper.Listener forwarding() {
    return new PortMapper.Listener() {
      @Override
      public void onMapped(InetSocketAddress external, Protocol protocol) {
        forwarded.add(external);
        peers.keySet().forEach(TcpDriver.this::tell);
      }

      @Override
      public void onLost(InetSocketAddress external) {
        forwarded.remove(external);
        peers.keySet().forEach(TcpDriver.this::tell);
      }
    };
  }

  private void tell(PeerId peer) {
    ImmutableList<SocketAddress> own = ownAddresses();
    if (!own.isEmpty()) {
      with.transport()
          .sendCandidates(peer, Candidates.newBuilder().addAllTcpAddresses(own).build());
    }
  }

  @Override
  public void onUp(Link link) {
    PeerId peer = link.peer();
    PeerTcp old = peers.put(peer, peerTcp(peer));
    if (old != null) {
      old.close();
    }
    tell(peer);
    if (ticks == null) {
      ticks =
          with.loop()
              .scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private PeerTcp peerTcp(PeerId peer) {
    return new PeerTcp(
        with.self().compareTo(peer) < 0,
        PeerTcp.Paths.of(with.transport().paths(), PeerAtlas.keyOf(peer)),
        (address, listener) -> with.port().dial(PeerAtlas.keyOf(peer), address, listener),
        System::nanoTime,
        with.random());
  }

  @Override
  public void onDown(Link link, String reason) {
    PeerTcp gone = peers.remove(link.peer());
    if (gone != null) {
      gone.close();
    }
    if (peers.isEmpty()) {
      stopTicks();
    }
  }

  /** A peer has told where it can be reached. */
  void onCandidates(PeerId peer, Candidates candidates) {
    PeerTcp known = peers.get(peer);
    if (known != null && candidates.getTcpAddressesCount() > 0) {
      known.onAddresses(
          RemoteCandidates.vet(
              PeerAddresses.decode(candidates.getTcpAddressesList(), Transport.TRANSPORT_TCP),
              with.addresses().get()));
    }
  }

  /** Where the peer was dialled over TCP in vain, and why; a bounded number of addresses. */
  ImmutableMap<InetSocketAddress, String> failures(PeerId peer) {
    PeerTcp known = peers.get(peer);
    return known == null ? ImmutableMap.of() : known.failures();
  }

  /** The network is not what it was. */
  void onNetworkChanged() {
    List.copyOf(peers.values()).forEach(PeerTcp::restart);
  }

  void close() {
    peers.values().forEach(PeerTcp::close);
    peers.clear();
    stopTicks();
    with.port().close();
  }

  private void tick() {
    List.copyOf(peers.values()).forEach(PeerTcp::tick);
  }

  private void stopTicks() {
    if (ticks != null) {
      ticks.cancel(false);
      ticks = null;
    }
  }
}
