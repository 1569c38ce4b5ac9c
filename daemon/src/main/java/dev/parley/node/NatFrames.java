package dev.parley.node;

import dev.parley.diagnosis.NatFacts;
import dev.parley.nat.netcheck.NatBehavior;
import dev.parley.peer.v1.NatReport;
import java.time.Duration;
import java.util.Optional;

/** What peers tell each other of their networks, to and from what the diagnosis knows. Pure. */
final class NatFrames {
  /** In seconds. What is older is of no use, and what claims to be is not believed. */
  static final int MAX_AGE = 7 * 24 * 3_600;

  private NatFrames() {}

  /** What was told, and how old it was then. */
  record Told(NatFacts facts, Duration age) {}

  static NatReport encode(NatFacts facts, Duration age) {
    NatReport.Builder report =
        NatReport.newBuilder()
            .setUdp(facts.udp())
            .setIpv4(facts.ipv4())
            .setIpv6(facts.ipv6())
            .setMapping(encode(facts.mapping()))
            .setFiltering(encode(facts.filtering()))
            .setPortMapping(facts.portMapping())
            .setAgeSeconds((int) Math.min(age.toSeconds(), MAX_AGE));
    facts.hairpin().ifPresent(report::setHairpin);
    return report.build();
  }

  /** Empty when it contradicts itself. */
  static Optional<Told> decode(NatReport report) {
    NatFacts facts =
        new NatFacts(
            report.getUdp(),
            report.getIpv4(),
            report.getIpv6(),
            decode(report.getMapping()),
            decode(report.getFiltering()),
            report.hasHairpin() ? Optional.of(report.getHairpin()) : Optional.empty(),
            report.getPortMapping());
    boolean answered = facts.ipv4() || facts.ipv6();
    boolean saysMore =
        answered
            || facts.mapping() != NatBehavior.UNKNOWN
            || facts.filtering() != NatBehavior.UNKNOWN
            || facts.hairpin().isPresent();
    boolean consistent = facts.udp() ? answered : !saysMore;
    boolean sensible =
        facts.filtering() != NatBehavior.NONE
            && report.getAgeSeconds() >= 0
            && report.getAgeSeconds() <= MAX_AGE;
    return consistent && sensible
        ? Optional.of(new Told(facts, Duration.ofSeconds(report.getAgeSeconds())))
        : Optional.empty();
  }

  private static dev.parley.peer.v1.NatBehavior encode(NatBehavior behavior) {
    return switch (behavior) {
      case NONE -> dev.parley.peer.v1.NatBehavior.NAT_BEHAVIOR_NONE;
      case ENDPOINT_INDEPENDENT -> dev.parley.peer.v1.NatBehavior.NAT_BEHAVIOR_ENDPOINT_INDEPENDENT;
      case ADDRESS_DEPENDENT -> dev.parley.peer.v1.NatBehavior.NAT_BEHAVIOR_ADDRESS_DEPENDENT;
      case ADDRESS_AND_PORT_DEPENDENT ->
          dev.parley.peer.v1.NatBehavior.NAT_BEHAVIOR_ADDRESS_AND_PORT_DEPENDENT;
      case UNKNOWN -> dev.parley.peer.v1.NatBehavior.NAT_BEHAVIOR_UNSPECIFIED;
    };
  }

  /** A word of a later version is not understood here, and so unknown. */
  private static NatBehavior decode(dev.parley.peer.v1.NatBehavior behavior) {
    return switch (behavior) {
      case NAT_BEHAVIOR_NONE -> NatBehavior.NONE;
      case NAT_BEHAVIOR_ENDPOINT_INDEPENDENT -> NatBehavior.ENDPOINT_INDEPENDENT;
      case NAT_BEHAVIOR_ADDRESS_DEPENDENT -> NatBehavior.ADDRESS_DEPENDENT;
      case NAT_BEHAVIOR_ADDRESS_AND_PORT_DEPENDENT -> NatBehavior.ADDRESS_AND_PORT_DEPENDENT;
      case NAT_BEHAVIOR_UNSPECIFIED, UNRECOGNIZED -> NatBehavior.UNKNOWN;
    };
  }
}
