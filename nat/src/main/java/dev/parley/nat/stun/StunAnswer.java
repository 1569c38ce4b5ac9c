package dev.parley.nat.stun;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What a server said.
 *
 * @param server the one that was asked
 * @param mapped where it sees us
 * @param other its other address and port, if it has them (RFC 5780 §7.4)
 */
public record StunAnswer(
    InetSocketAddress server, InetSocketAddress mapped, Optional<InetSocketAddress> other) {}
