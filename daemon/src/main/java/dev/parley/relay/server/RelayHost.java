package dev.parley.relay.server;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;

/** The host that a relay puts into its URL. */
final class RelayHost {
  private RelayHost() {}

  /**
   * The bound address, or where that is every address the first of this machine that others may
   * reach: IPv4 first, for that is what people copy. 127.0.0.1 when there is none.
   */
  static String of(InetAddress bound) {
    return bound.isAnyLocalAddress() ? firstOf(ownAddresses()) : text(bound);
  }

  static String firstOf(List<InetAddress> own) {
    return own.stream()
        .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress() && !a.isAnyLocalAddress())
        .min(Comparator.comparing(a -> !(a instanceof Inet4Address)))
        .map(RelayHost::text)
        .orElse("127.0.0.1");
  }

  private static List<InetAddress> ownAddresses() {
    try {
      return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}
