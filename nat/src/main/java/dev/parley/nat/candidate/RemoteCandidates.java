package dev.parley.nat.candidate;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which addresses that a peer has told us may be tried: a peer must not aim us at third parties.
 *
 * <p>Never multicast, broadcast or unspecified addresses, nor link-local ones, which mean nothing
 * without an interface and are never told by us over links; nor ports of services known to answer
 * anything sent to them. Loopback only when our own addresses are loopback too, for then the peer
 * is on this machine; otherwise a stranger could reach into services that listen on this machine
 * alone.
 */
public final class RemoteCandidates {
  /** More are not tried. */
  public static final int MAX = 16;

  /** Below it are the ports of echo, DNS, NTP and their like; peers bind above. */
  private static final int LOWEST_PORT = 1024;

  private static final int HTTPS_PORT = 443;

  /** SSDP, WS-Discovery, multicast DNS, LLMNR, memcached: answers larger than the question. */
  private static final ImmutableSet<Integer> AMPLIFIERS =
      ImmutableSet.of(1900, 3702, 5353, 5355, 11_211);

  private RemoteCandidates() {}

  public static ImmutableList<InetSocketAddress> vet(
      List<InetSocketAddress> told, List<InetSocketAddress> own) {
    boolean sameMachine = own.stream().anyMatch(a -> a.getAddress().isLoopbackAddress());
    return vet(
        told, own, at -> isAllowed(at, sameMachine) && !at.getAddress().isLinkLocalAddress());
  }

  /**
   * The same for addresses that were heard on a network of this machine, and are of that network:
   * there a link-local address means something, and loopback never does.
   */
  public static ImmutableList<InetSocketAddress> vetOnLink(
      List<InetSocketAddress> told, List<InetSocketAddress> own) {
    return vet(told, own, at -> isAllowed(at, false));
  }

  private static ImmutableList<InetSocketAddress> vet(
      List<InetSocketAddress> told,
      List<InetSocketAddress> own,
      Predicate<InetSocketAddress> allowed) {
    return told.stream()
        .filter(address -> !address.isUnresolved() && allowed.test(address))
        .filter(address -> !own.contains(address))
        .distinct()
        .limit(MAX)
        .collect(ImmutableList.toImmutableList());
  }

  private static boolean isAllowed(InetSocketAddress address, boolean sameMachine) {
    InetAddress ip = address.getAddress();
    int port = address.getPort();
    boolean aimed = ip.isAnyLocalAddress() || ip.isMulticastAddress() || isReserved(ip);
    return (port >= LOWEST_PORT || port == HTTPS_PORT)
        && !AMPLIFIERS.contains(port)
        && !aimed
        && (sameMachine || !ip.isLoopbackAddress());
  }

  /** RFC 6890: 0/8 is "this host", 240/4 is for nobody, and its last address is for everybody. */
  private static boolean isReserved(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    return bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xff) >= 240);
  }
}
