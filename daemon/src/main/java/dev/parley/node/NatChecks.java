package dev.parley.node;

import com.google.common.collect.ImmutableList;
import dev.parley.nat.candidate.HostCandidates;
import dev.parley.nat.mapping.PortMapper;
import dev.parley.nat.netcheck.NatBehavior;
import dev.parley.nat.netcheck.NatReport;
import dev.parley.nat.netcheck.Netcheck;
import dev.parley.nat.stun.StunClient;
import dev.parley.relay.client.RelayPool;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the report on the NAT together. Runs on the event loop. */
final class NatChecks {
  private static final Logger log = LoggerFactory.getLogger(NatChecks.class);

  private final Netcheck netcheck;
  private final OwnAddresses addresses;
  private final RelayPool relays;

  NatChecks(StunClient stun, OwnAddresses addresses, RelayPool relays) {
    this.netcheck = new Netcheck(stun);
    this.addresses = addresses;
    this.relays = relays;
  }

  CompletableFuture<NetcheckReport> run(Optional<PortMapper> mapper) {
    return netcheck
        .run(addresses.stunServers(), interfaces())
        .thenApply(nat -> report(nat, mapper));
  }

  private static List<InetAddress> interfaces() {
    try {
      return HostCandidates.interfaces().stream().map(HostCandidates.Local::address).toList();
    } catch (SocketException e) {
      log.warn("the network interfaces cannot be listed: {}", e.toString());
      return List.of();
    }
  }

  private NetcheckReport report(NatReport nat, Optional<PortMapper> mapper) {
    return new NetcheckReport(
        nat.udp(),
        nat.ipv4(),
        nat.ipv6(),
        word(nat.mapping()),
        word(nat.filtering()),
        nat.hairpin(),
        mapper.stream()
            .flatMap(m -> m.mapped().stream())
            .map(
                m ->
                    new NetcheckReport.PortMapping(
                        m.protocol().word(), AddressText.of(m.external())))
            .collect(ImmutableList.toImmutableList()),
        relays.status().stream()
            .map(relay -> new NetcheckReport.Relay(relay.url().toString(), relay.rtt()))
            .collect(ImmutableList.toImmutableList()));
  }

  static NetcheckReport.Behavior word(NatBehavior behavior) {
    return switch (behavior) {
      case NONE -> NetcheckReport.Behavior.NONE;
      case ENDPOINT_INDEPENDENT -> NetcheckReport.Behavior.ENDPOINT_INDEPENDENT;
      case ADDRESS_DEPENDENT -> NetcheckReport.Behavior.ADDRESS_DEPENDENT;
      case ADDRESS_AND_PORT_DEPENDENT -> NetcheckReport.Behavior.ADDRESS_AND_PORT_DEPENDENT;
      case UNKNOWN -> NetcheckReport.Behavior.UNKNOWN;
    };
  }
}
