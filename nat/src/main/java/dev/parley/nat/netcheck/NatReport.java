package dev.parley.nat.netcheck;

import java.util.Optional;

/**
 * What a node knows of the NAT before it.
 *
 * @param udp whether any server answered at all
 * @param hairpin whether two nodes behind this NAT reach each other by their outer addresses; empty
 *     when the outer address is not known
 */
public record NatReport(
    boolean udp,
    boolean ipv4,
    boolean ipv6,
    NatBehavior mapping,
    NatBehavior filtering,
    Optional<Boolean> hairpin) {}
