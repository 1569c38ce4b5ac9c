package dev.parley.relay.client;

import dev.parley.identity.Identity;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import javax.net.ssl.TrustManager;

/**
 * What a relay client needs of its surroundings.
 *
 * @param identity whose key is proved to the relay
 * @param loop owns the client; of the UDP port
 * @param resolver where names are looked up, which may block
 * @param random a {@link java.security.SecureRandom}, except in a test
 * @param webTrust judges certificates of {@code wss://} relays; empty: the system's authorities
 */
public record RelayEnvironment(
    Identity identity,
    EventLoop loop,
    Executor resolver,
    RandomGenerator random,
    Optional<TrustManager> webTrust) {}
