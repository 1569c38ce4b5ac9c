package dev.parley.node;

import dev.parley.contacts.Contacts;
import dev.parley.nat.mapping.PortMapper;
import dev.parley.nat.stun.StunClient;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.client.RelayPool;
import dev.parley.transport.PeerLocator;
import dev.parley.transport.QuicTransport;
import io.netty.util.concurrent.EventExecutor;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What the node can say of the networks: of its own NAT, of its peers', and why the way to one is
 * what it is. Runs on the event loop.
 */
final class Insight {
  /** Whom to ask. */
  record Sources(
      StunClient stun,
      OwnAddresses addresses,
      RelayPool relays,
      QuicTransport transport,
      IceDriver ice,
      TcpDriver tcp,
      PeerLocator locator,
      Contacts contacts,
      EventExecutor loop,
      Supplier<Optional<PortMapper>> mapper) {}

  private final OwnNat own;
  private final PeerNats peers;
  private final Whys whys;

  Insight(Sources sources) {
    NatChecks checks = new NatChecks(sources.stun(), sources.addresses(), sources.relays());
    QuicTransport transport = sources.transport();
    own =
        new OwnNat(
            sources.addresses()::stunServers,
            () -> checks.run(sources.mapper().get()),
            () -> sources.mapper().get().filter(m -> !m.mapped().isEmpty()).isPresent(),
            System::nanoTime);
    peers =
        new PeerNats(
            own,
            peer -> sources.contacts().nameOf(peer).isPresent(),
            transport::sendNat,
            System::nanoTime);
    own.onChange(peers::onOwnChanged);
    transport.onNat(peers::onNotice);
    transport.addListener(peers);
    whys =
        new Whys(
            new Whys.Sources(
                transport,
                sources.ice(),
                sources.tcp(),
                own,
                peers,
                sources.addresses(),
                sources.locator(),
                sources.contacts()),
            sources.loop());
  }

  /** Looks whether the NAT is to be measured: about once a second. */
  void tick() {
    own.tick();
  }

  /** What was measured need not hold any more. */
  void onNetworkChanged() {
    own.onNetworkChanged();
  }

  CompletableFuture<NetcheckReport> netcheck() {
    return own.run();
  }

  CompletableFuture<WhyReport> why(PeerId peer) {
    return whys.of(peer);
  }

  /** What peers have said of their networks and was not taken, since the start. */
  long refused() {
    return peers.dropped();
  }
}
