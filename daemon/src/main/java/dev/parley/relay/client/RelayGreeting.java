package dev.parley.relay.client;

import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What a relay says when it has let us in.
 *
 * @param relay the key that it proved
 * @param observed where our TCP connection comes from; port 0 when the relay sees only the address
 * @param stun where it answers STUN on UDP; unresolved if the relay gave a name
 * @param maxDatagramBytes larger ones are dropped here already
 * @param mailLifetime how long it keeps mail; zero when it keeps none
 * @param rendezvous whether nodes that share a code may meet there
 */
public record RelayGreeting(
    PeerId relay,
    Optional<InetSocketAddress> observed,
    Optional<InetSocketAddress> stun,
    int maxDatagramBytes,
    Duration mailLifetime,
    boolean rendezvous) {}
