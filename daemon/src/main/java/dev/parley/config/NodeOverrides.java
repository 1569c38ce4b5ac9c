package dev.parley.config;

import com.google.common.collect.ImmutableList;
import dev.parley.discovery.RelayUrl;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What the command line says of a node. A list that is not empty takes the place of the file's.
 *
 * @param listen from {@link HostPort#toListen}
 * @param stun from {@link HostPort#ofServer}
 */
public record NodeOverrides(
    Optional<InetSocketAddress> listen,
    ImmutableList<RelayUrl> relays,
    ImmutableList<InetSocketAddress> stun) {
  public static final NodeOverrides NONE =
      new NodeOverrides(Optional.empty(), ImmutableList.of(), ImmutableList.of());
}
