package dev.parley.nat.mapping;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What a gateway has granted.
 *
 * @param lifetime from the answer on
 */
record Grant(InetSocketAddress external, Duration lifetime) {

  /**
   * Whether anyone could be reached there at all. A private address passes: behind two NATs it is
   * what the inner one has, and peers between the two reach it.
   */
  static boolean isPlausible(InetSocketAddress external) {
    InetAddress address = external.getAddress();
    return external.getPort() != 0
        && !address.isAnyLocalAddress()
        && !address.isMulticastAddress()
        && !address.isLinkLocalAddress()
        && !address.isLoopbackAddress()
        && !isReserved(address.getAddress());
  }

  private static boolean isReserved(byte[] ip) {
    return ip.length == 4 && (ip[0] == 0 || (ip[0] & 0xff) >= 240);
  }
}
