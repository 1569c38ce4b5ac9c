package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableSet;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Which addresses that strangers tell of are sent to. Pure. */
final class NodeAddresses {
  /** Below it are the ports of echo, DNS, NTP and their like. */
  private static final int LOWEST_PORT = 1_024;

  /** SSDP, WS-Discovery, multicast DNS, LLMNR, memcached: answers larger than the question. */
  private static final ImmutableSet<Integer> AMPLIFIERS =
      ImmutableSet.of(1900, 3702, 5353, 5355, 11_211);

  /** RFC 4193: fc00::/7. */
  private static final int UNIQUE_LOCAL = 0xfc;

  private NodeAddresses() {}

  static boolean canBeSentTo(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    int port = address.getPort();
    return port >= LOWEST_PORT
        && !AMPLIFIERS.contains(port)
        && !ip.isAnyLocalAddress()
        && !ip.isMulticastAddress()
        && !(ip instanceof Inet6Address && ip.isLinkLocalAddress())
        && !isReserved(ip);
  }

  /**
   * Who stands on the internet tells of nodes on the internet alone: nobody out there leads us to
   * services of this machine or of its network.
   */
  static boolean mayTellOf(InetSocketAddress teller, InetSocketAddress told) {
    return isPublic(told.getAddress())
        || teller.getAddress().isLoopbackAddress()
        || !isPublic(teller.getAddress()) && !told.getAddress().isLoopbackAddress();
  }

  static boolean isPublic(InetAddress ip) {
    boolean uniqueLocal = ip instanceof Inet6Address && (ip.getAddress()[0] & 0xfe) == UNIQUE_LOCAL;
    return !ip.isLoopbackAddress()
        && !ip.isSiteLocalAddress()
        && !ip.isLinkLocalAddress()
        && !uniqueLocal;
  }

  /** RFC 6890: 0/8 is "this host", 240/4 is for nobody, and its last address is for everybody. */
  private static boolean isReserved(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    return bytes.length == CompactNodes.IPV4_BYTES && (bytes[0] == 0 || (bytes[0] & 0xff) >= 240);
  }
}
