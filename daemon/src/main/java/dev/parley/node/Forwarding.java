package dev.parley.node;

import dev.parley.nat.mapping.PortMapper;
import dev.parley.nat.mapping.Protocol;
import java.net.InetSocketAddress;

/** Tells the gateway's forwarding to whom it concerns: it is one more address of this node. */
final class Forwarding implements PortMapper.Listener {
  private final OwnAddresses addresses;

  Forwarding(OwnAddresses addresses) {
    this.addresses = addresses;
  }

  @Override
  public void onMapped(InetSocketAddress external, Protocol protocol) {
    addresses.mapped(external, true);
  }

  @Override
  public void onLost(InetSocketAddress external) {
    addresses.mapped(external, false);
  }
}
