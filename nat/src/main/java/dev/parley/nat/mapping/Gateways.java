package dev.parley.nat.mapping;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Finds the default gateways of this machine. Blocks for a moment. */
final class Gateways {
  private static final Path IPV4 = Path.of("/proc/net/route");
  private static final Path IPV6 = Path.of("/proc/net/ipv6_route");

  private Gateways() {}

  /**
   * The gateways that may forward to this bound address: at most one of each family. None for the
   * loopback, and none on a system that does not tell its routes.
   */
  static ImmutableList<Gateway> find(InetAddress bound) throws IOException {
    if (bound.isLoopbackAddress()) {
      return ImmutableList.of();
    }
    ImmutableList.Builder<Gateway> found = ImmutableList.builder();
    Optional<RoutingTable.Default> four = RoutingTable.ipv4(lines(IPV4));
    if (four.isPresent()) {
      add(four.get().gateway(), Optional.of(towards(four.get().gateway())), bound, found);
    }
    Optional<RoutingTable.Default> six = RoutingTable.ipv6(lines(IPV6));
    if (six.isPresent()) {
      NetworkInterface network = NetworkInterface.getByName(six.get().interfaceName());
      if (network != null) {
        InetAddress gateway =
            Inet6Address.getByAddress(null, six.get().gateway().getAddress(), network);
        add(gateway, global(network), bound, found);
      }
    }
    return found.build();
  }

  private static void add(
      InetAddress gateway,
      Optional<InetAddress> local,
      InetAddress bound,
      ImmutableList.Builder<Gateway> found) {
    boolean usable =
        local.isPresent()
            && (bound.isAnyLocalAddress() || bound.equals(local.get()))
            && !local.get().isLoopbackAddress()
            && !gateway.isLoopbackAddress()
            && !gateway.isAnyLocalAddress()
            && !gateway.isMulticastAddress();
    if (usable) {
      found.add(Gateway.of(gateway, local.get()));
    }
  }

  private static List<String> lines(Path table) throws IOException {
    return Files.isReadable(table) ? Files.readAllLines(table) : List.of();
  }

  /** The address that datagrams to the gateway leave from; none is sent. */
  private static InetAddress towards(InetAddress gateway) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(gateway, PcpCodec.PORT));
      return socket.getLocalAddress();
    }
  }

  /** RFC 6887 §8.1: the request comes from the very address that the mapping is for. */
  private static Optional<InetAddress> global(NetworkInterface network) {
    return Collections.list(network.getInetAddresses()).stream()
        .filter(Inet6Address.class::isInstance)
        .filter(address -> (address.getAddress()[0] & 0xe0) == 0x20)
        .findFirst();
  }
}
