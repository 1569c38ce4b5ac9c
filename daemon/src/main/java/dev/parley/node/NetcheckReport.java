package dev.parley.node;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.Optional;

/**
 * What a node knows of the NAT before it, in the words of RFC 4787.
 *
 * @param udp whether any STUN server answered
 * @param hairpin empty when it is not known
 * @param portMapping what the gateway forwards
 */
public record NetcheckReport(
    boolean udp,
    boolean ipv4,
    boolean ipv6,
    Behavior mapping,
    Behavior filtering,
    Optional<Boolean> hairpin,
    ImmutableList<PortMapping> portMapping,
    ImmutableList<Relay> relays) {

  /** On what a mapping, or a filter, depends. */
  public enum Behavior {
    /** Of mappings alone: there is no NAT. */
    NONE,
    ENDPOINT_INDEPENDENT,
    ADDRESS_DEPENDENT,
    ADDRESS_AND_PORT_DEPENDENT,
    UNKNOWN
  }

  /**
   * @param protocol "pcp", "nat-pmp" or "upnp"
   * @param external IP:PORT
   */
  public record PortMapping(String protocol, String external) {}

  /** The round trip to a relay, where it is known. */
  public record Relay(String url, Optional<Duration> rtt) {}
}
