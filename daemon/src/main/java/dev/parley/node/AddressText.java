package dev.parley.node;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.net.InetSocketAddress;

/** HOST:PORT, with brackets around an IPv6 address. */
final class AddressText {
  private AddressText() {}

  static String of(InetSocketAddress address) {
    String host =
        address.isUnresolved()
            ? address.getHostString()
            : InetAddresses.toAddrString(address.getAddress());
    return HostAndPort.fromParts(host, address.getPort()).toString();
  }
}
