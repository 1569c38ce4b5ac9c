package dev.parley.node;

import com.google.common.collect.ImmutableList;
import dev.parley.config.NodeConfig;
import dev.parley.discovery.PeerAddresses;
import dev.parley.discovery.RelayUrl;
import dev.parley.nat.candidate.NetworkWatch;
import dev.parley.peer.v1.Candidates;
import dev.parley.relay.client.RelayPool;
import dev.parley.transport.QuicTransport;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this node can be reached: watches its network, its relays and its gateway, and tells all
 * whom it concerns when that changes. Owned by the event loop.
 */
final class Reach {
  private static final Logger log = LoggerFactory.getLogger(Reach.class);

  /**
   * How often the network is looked at for a change. Looking takes a fraction of a millisecond; a
   * link whose address is gone stands still until then.
   */
  private static final int NETWORK_WATCH_SECONDS = 1;

  private static final int STUN_REFRESH_MINUTES = 10;

  /** What it hears of, and whom it tells. */
  record Parts(
      NodeConfig config,
      OwnRecord record,
      OwnAddresses addresses,
      RelayPool relays,
      GatewayPorts gateway,
      QuicTransport transport,
      IceDriver ice,
      TcpDriver tcp,
      Optional<DhtDriver> dht,
      Insight insight) {}

  private final Parts parts;
  private final NetworkWatch network = new NetworkWatch(NetworkWatch::system);

  Reach(Parts parts) {
    this.parts = parts;
  }

  /** The UDP port is open there. */
  void begin(InetSocketAddress bound, EventLoop loop) {
    network.look().ifPresent(first -> parts.addresses().onNetwork(first.network()));
    parts.dht().ifPresent(DhtDriver::begin);
    refresh();
    parts.relays().start();
    boolean tcp = parts.config().tcp();
    if (tcp) {
      parts.tcp().listen(bound);
    }
    askStun();
    if (parts.config().portMapping()) {
      parts.gateway().mapUdp(new Forwarding(parts.addresses()));
      if (tcp) {
        parts.gateway().mapTcp(parts.tcp().forwarding());
      }
    }
    loop.scheduleAtFixedRate(
        this::look, NETWORK_WATCH_SECONDS, NETWORK_WATCH_SECONDS, TimeUnit.SECONDS);
    loop.scheduleAtFixedRate(
        this::askStun, STUN_REFRESH_MINUTES, STUN_REFRESH_MINUTES, TimeUnit.MINUTES);
  }

  private void askStun() {
    parts.config().stun().forEach(parts.addresses()::ask);
  }

  private void look() {
    network.look().ifPresent(this::onNetworkChanged);
    parts.insight().tick();
  }

  private void onNetworkChanged(NetworkWatch.Change change) {
    log.info("the network has changed: {}", change.what());
    parts.addresses().onNetwork(change.network());
    parts.relays().checkNow();
    parts.gateway().restart();
    askStun();
    refresh();
    parts.transport().paths().onNetworkChanged();
    parts.transport().retryAll();
    parts.ice().onNetworkChanged();
    parts.tcp().onNetworkChanged();
    parts.insight().onNetworkChanged();
    parts.dht().ifPresent(DhtDriver::onNetworkChanged);
  }

  /** A relay is connected: it may serve STUN, and peers wait to be reached through it. */
  void onRelayConnected(Optional<InetSocketAddress> stunServer) {
    stunServer.ifPresent(parts.addresses()::ask);
    refresh();
    parts.transport().paths().onRelayChanged();
    parts.transport().retryAll();
  }

  void onRelayDisconnected() {
    parts.transport().paths().onRelayChanged();
  }

  /** Whether this is one of the relays that the user has configured. */
  boolean isOwn(RelayUrl relay) {
    return parts.config().relays().contains(relay);
  }

  /** Says anew where this node is, if that has changed, to all who listen. */
  void refresh() {
    OwnRecord record = parts.record();
    if (!record.update(homeFirst(), parts.addresses().all())) {
      return;
    }
    Candidates.Builder candidates = Candidates.newBuilder().setRecord(record.current().signed());
    record.current().addresses().stream()
        .map(PeerAddresses::encode)
        .flatMap(Optional::stream)
        .forEach(candidates::addAddresses);
    candidates.addAllTcpAddresses(parts.tcp().ownAddresses());
    parts.transport().announce(candidates.build());
    parts.ice().onLocals();
    parts.dht().ifPresent(dht -> dht.publish(record));
  }

  private ImmutableList<RelayUrl> homeFirst() {
    Optional<RelayUrl> home = parts.relays().home();
    return Stream.concat(
            home.stream(),
            parts.config().relays().stream().filter(url -> !home.equals(Optional.of(url))))
        .collect(ImmutableList.toImmutableList());
  }
}
