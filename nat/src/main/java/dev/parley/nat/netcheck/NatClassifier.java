package dev.parley.nat.netcheck;

import java.net.InetAddress;
import java.util.List;

/** From observations to the words of RFC 4787. Pure functions. */
final class NatClassifier {
  private NatClassifier() {}

  /**
   * RFC 5780 §4.3, over as many servers as there are, all of one family.
   *
   * @param local this machine's own addresses
   */
  static NatBehavior mapping(List<Observation> seen, List<InetAddress> local) {
    if (seen.isEmpty()) {
      return NatBehavior.UNKNOWN;
    }
    if (seen.stream().allMatch(o -> local.contains(o.mapped().getAddress()))) {
      return NatBehavior.NONE;
    }
    boolean otherHost = false;
    boolean dependsOnHost = false;
    boolean otherPort = false;
    boolean dependsOnPort = false;
    for (Observation one : seen) {
      for (Observation two : seen) {
        boolean differs = !one.mapped().equals(two.mapped());
        if (!one.isSameHost(two)) {
          otherHost = true;
          dependsOnHost |= differs;
        } else if (one.server().getPort() != two.server().getPort()) {
          otherPort = true;
          dependsOnPort |= differs;
        }
      }
    }
    if (dependsOnPort) {
      return NatBehavior.ADDRESS_AND_PORT_DEPENDENT;
    }
    if (dependsOnHost) {
      // Without a second port at one host the two cannot be told apart; this is the usual one.
      return otherPort ? NatBehavior.ADDRESS_DEPENDENT : NatBehavior.ADDRESS_AND_PORT_DEPENDENT;
    }
    return otherHost ? NatBehavior.ENDPOINT_INDEPENDENT : NatBehavior.UNKNOWN;
  }

  /**
   * RFC 5780 §4.4: what came through of the answers that we had not asked that address, or that
   * port, for.
   */
  static NatBehavior filtering(boolean fromOtherAddress, boolean fromOtherPort) {
    if (fromOtherAddress) {
      return NatBehavior.ENDPOINT_INDEPENDENT;
    }
    return fromOtherPort ? NatBehavior.ADDRESS_DEPENDENT : NatBehavior.ADDRESS_AND_PORT_DEPENDENT;
  }
}
