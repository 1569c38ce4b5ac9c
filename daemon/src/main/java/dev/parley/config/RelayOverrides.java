package dev.parley.config;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What the command line says of a relay; both from {@link HostPort#toListen}.
 *
 * @param listen TCP
 * @param stun UDP
 */
public record RelayOverrides(Optional<InetSocketAddress> listen, Optional<InetSocketAddress> stun) {
  public static final RelayOverrides NONE = new RelayOverrides(Optional.empty(), Optional.empty());
}
