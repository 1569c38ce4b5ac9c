package dev.parley.pairing;

import dev.parley.discovery.RelayUrl;
import java.time.Instant;

/**
 * What one person tells another.
 *
 * @param code such as {@code 7-crossover-clockwork}: for one person, once
 * @param relay where the code holds
 * @param ticket this node's, for those who cannot reach that relay
 */
public record PairingInvitation(String code, RelayUrl relay, String ticket, Instant expiresAt) {}
