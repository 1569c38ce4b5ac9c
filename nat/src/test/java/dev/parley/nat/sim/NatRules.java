package dev.parley.nat.sim;

import static dev.parley.nat.netcheck.NatBehavior.ADDRESS_AND_PORT_DEPENDENT;
import static dev.parley.nat.netcheck.NatBehavior.ADDRESS_DEPENDENT;
import static dev.parley.nat.netcheck.NatBehavior.ENDPOINT_INDEPENDENT;

import dev.parley.nat.netcheck.NatBehavior;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How a NAT behaves, in the words of RFC 4787.
 *
 * @param lifetime of a binding, and of a permission, after the last packet from inside: packets
 *     from outside prolong nothing, as §4.3 allows
 * @param hairpin whether those inside reach each other by their outer addresses
 */
public record NatRules(
    NatBehavior mapping,
    NatBehavior filtering,
    Duration lifetime,
    boolean hairpin,
    boolean udpBlocked) {
  /** RFC 4787 §4.3 asks for two minutes, and Linux gives them. */
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

  public static final NatRules FULL_CONE = of(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT);
  public static final NatRules ADDRESS_RESTRICTED = of(ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT);
  public static final NatRules PORT_RESTRICTED =
      of(ENDPOINT_INDEPENDENT, ADDRESS_AND_PORT_DEPENDENT);
  public static final NatRules SYMMETRIC =
      of(ADDRESS_AND_PORT_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT);
  public static final NatRules UDP_BLOCKED =
      new NatRules(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT, TWO_MINUTES, false, true);

  public static NatRules of(NatBehavior mapping, NatBehavior filtering) {
    return new NatRules(mapping, filtering, TWO_MINUTES, false, false);
  }

  public NatRules lasting(Duration time) {
    return new NatRules(mapping, filtering, time, hairpin, udpBlocked);
  }

  public NatRules hairpinning() {
    return new NatRules(mapping, filtering, lifetime, true, udpBlocked);
  }

  /** Whether packets of this side get in to the other, whose port is told, and which sends too. */
  public boolean reaches(NatRules other) {
    return !udpBlocked
        && !other.udpBlocked
        && (mapping == ENDPOINT_INDEPENDENT || other.filtering != ADDRESS_AND_PORT_DEPENDENT);
  }

  /** What a mapping, or a permission, is kept by. */
  static Object key(NatBehavior behavior, InetSocketAddress remote) {
    return switch (behavior) {
      case ENDPOINT_INDEPENDENT -> ENDPOINT_INDEPENDENT;
      case ADDRESS_DEPENDENT -> remote.getAddress();
      case ADDRESS_AND_PORT_DEPENDENT -> remote;
      case NONE, UNKNOWN -> throw new IllegalArgumentException("no NAT behaves so: " + behavior);
    };
  }
}
