package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import java.time.Duration;
import java.util.Optional;

/**
 * One relay at one moment.
 *
 * @param standby configured, not home, and therefore not connected
 * @param rtt of the present connection; for a standby, as last measured
 */
public record RelayStatus(
    RelayUrl url,
    RelayClient.State state,
    boolean home,
    boolean standby,
    Optional<Duration> rtt,
    Optional<RelayProblem> problem) {}
