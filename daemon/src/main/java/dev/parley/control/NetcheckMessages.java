package dev.parley.control;

import dev.parley.control.v1.NatBehavior;
import dev.parley.control.v1.NetcheckReply;
import dev.parley.control.v1.PortMapping;
import dev.parley.control.v1.RelayLatency;
import dev.parley.node.NetcheckReport;

/** Writes the report on the NAT as the control API does. */
final class NetcheckMessages {
  private NetcheckMessages() {}

  static NetcheckReply of(NetcheckReport report) {
    NetcheckReply.Builder reply =
        NetcheckReply.newBuilder()
            .setUdp(report.udp())
            .setIpv4(report.ipv4())
            .setIpv6(report.ipv6())
            .setMapping(of(report.mapping()))
            .setFiltering(of(report.filtering()));
    report.hairpin().ifPresent(reply::setHairpin);
    for (NetcheckReport.PortMapping mapping : report.portMapping()) {
      reply.addPortMapping(
          PortMapping.newBuilder().setProtocol(mapping.protocol()).setExternal(mapping.external()));
    }
    for (NetcheckReport.Relay relay : report.relays()) {
      reply.addRelays(
          RelayLatency.newBuilder()
              .setUrl(relay.url())
              .setRttMicros(relay.rtt().map(Wire::micros).orElse(0L)));
    }
    return reply.build();
  }

  static NatBehavior of(NetcheckReport.Behavior behavior) {
    return switch (behavior) {
      case NONE -> NatBehavior.NAT_BEHAVIOR_NONE;
      case ENDPOINT_INDEPENDENT -> NatBehavior.NAT_BEHAVIOR_ENDPOINT_INDEPENDENT;
      case ADDRESS_DEPENDENT -> NatBehavior.NAT_BEHAVIOR_ADDRESS_DEPENDENT;
      case ADDRESS_AND_PORT_DEPENDENT -> NatBehavior.NAT_BEHAVIOR_ADDRESS_AND_PORT_DEPENDENT;
      case UNKNOWN -> NatBehavior.NAT_BEHAVIOR_UNSPECIFIED;
    };
  }
}
