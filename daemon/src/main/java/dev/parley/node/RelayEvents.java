package dev.parley.node;

import dev.parley.discovery.RelayUrl;
import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import dev.parley.relay.client.RelayGreeting;
import dev.parley.relay.client.RelayPoolListener;
import dev.parley.relay.client.RelayProblem;
import dev.parley.transport.QuicTransport;
import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads what relays bring to those whom it concerns. On the event loop. */
final class RelayEvents implements RelayPoolListener {
  private static final Logger log = LoggerFactory.getLogger(RelayEvents.class);

  private final LocalNode node;
  private final QuicTransport transport;
  private final PeerAtlas atlas;

  RelayEvents(LocalNode node, QuicTransport transport, PeerAtlas atlas) {
    this.node = node;
    this.transport = transport;
    this.atlas = atlas;
  }

  @Override
  public void onHomeChanged(RelayUrl home) {
    log.info("home relay is {}", home);
    node.reach().refresh();
    node.mail().onHome(home);
  }

  @Override
  public void onConnected(RelayUrl relay, RelayGreeting greeting) {
    log.info("connected to relay {}", relay);
    node.reach().onRelayConnected(greeting.stun());
    if (!greeting.mailLifetime().isZero() && node.reach().isOwn(relay)) {
      node.mail().onRelay(relay);
    }
  }

  @Override
  public void onDisconnected(RelayUrl relay, RelayProblem problem) {
    log.info("relay {}: {}", relay, problem.sentence());
    node.reach().onRelayDisconnected();
    node.mail().onRelayGone(relay);
  }

  @Override
  public void onDatagram(RelayCarrier carrier, PeerKey source, ByteBuf datagram) {
    atlas.onHeard(source, carrier);
    transport.paths().onRelayed(carrier, source, datagram);
  }

  @Override
  public void onDatagramsComplete() {
    // The path switch sees to it by itself.
  }

  @Override
  public void onMail(RelayUrl relay) {
    node.mail().onMail(relay);
  }

  @Override
  public void onTargetAbsent(RelayCarrier carrier, PeerKey target) {
    log.debug("{} is not connected to relay {}", target, carrier.name());
    transport.paths().onTargetAbsent(carrier, target);
  }
}
