package dev.parley.diagnosis;

import dev.parley.nat.netcheck.NatBehavior;
import java.util.Optional;

/**
 * What one side knows of the network before it, in the words of RFC 4787.
 *
 * @param udp whether any STUN server answered
 * @param hairpin empty when it is not known
 * @param portMapping whether the gateway forwards a port to this side
 */
public record NatFacts(
    boolean udp,
    boolean ipv4,
    boolean ipv6,
    NatBehavior mapping,
    NatBehavior filtering,
    Optional<Boolean> hairpin,
    boolean portMapping) {

  /**
   * Whether nobody but the one it was made for knows which port is used: each destination sees
   * another. A forwarded port is the same for all.
   */
  boolean mapsPerDestination() {
    return !portMapping
        && (mapping == NatBehavior.ADDRESS_DEPENDENT
            || mapping == NatBehavior.ADDRESS_AND_PORT_DEPENDENT);
  }

  /** Whether packets from a port that nothing was sent to come in. Empty when it is not known. */
  Optional<Boolean> takesUnknownPorts() {
    if (portMapping) {
      return Optional.of(true);
    }
    return switch (filtering) {
      case NONE, ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT -> Optional.of(true);
      case ADDRESS_AND_PORT_DEPENDENT -> Optional.of(false);
      case UNKNOWN -> Optional.empty();
    };
  }
}
