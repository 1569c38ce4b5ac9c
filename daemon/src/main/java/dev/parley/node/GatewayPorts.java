package dev.parley.node;

import dev.parley.nat.mapping.MappedTransport;
import dev.parley.nat.mapping.PortMapper;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The ports that a gateway forwards to this node, once it is told to ask for them. Owned by the
 * event loop.
 */
final class GatewayPorts {
  private final PortMapper.Environment environment;
  private final InetSocketAddress bound;
  private Optional<PortMapper> udp = Optional.empty();
  private Optional<PortMapper> tcp = Optional.empty();

  /**
   * @param bound where this node's own ports are, the same number for both transports
   */
  GatewayPorts(PortMapper.Environment environment, InetSocketAddress bound) {
    this.environment = environment;
    this.bound = bound;
  }

  void mapUdp(PortMapper.Listener listener) {
    udp = Optional.of(map(MappedTransport.UDP, listener));
  }

  void mapTcp(PortMapper.Listener listener) {
    tcp = Optional.of(map(MappedTransport.TCP, listener));
  }

  private PortMapper map(MappedTransport transport, PortMapper.Listener listener) {
    return PortMapper.start(environment, PortMapper.Timing.DEFAULT, transport, bound, listener);
  }

  /** What asks for the UDP port; empty unless it is asked for. */
  Optional<PortMapper> udp() {
    return udp;
  }

  /** The network has changed: there may be another gateway. */
  void restart() {
    udp.ifPresent(PortMapper::restart);
    tcp.ifPresent(PortMapper::restart);
  }

  /** Gives all back; completes when the gateway has said so, which it may never do. */
  CompletableFuture<Void> close() {
    return CompletableFuture.allOf(
        Stream.of(udp, tcp)
            .flatMap(Optional::stream)
            .map(PortMapper::close)
            .toArray(CompletableFuture[]::new));
  }
}
