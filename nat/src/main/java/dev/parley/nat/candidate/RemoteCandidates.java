package dev.parley.nat.candidate;

import com.google.common.collect.ImmutableList;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Which addresses that a peer has told us may be tried: a peer must not aim us at third parties.
 *
 * <p>Never multicast, broadcast or unspecified addresses, nor ports that answer anything sent to
 * them. Loopback only when our own addresses are loopback too, for then the peer is on this
 * machine; otherwise a stranger could reach into services that listen on this machine alone.
 */
public final class RemoteCandidates {
  /** More are not tried. */
  public static final int MAX = 16;

  /** Below it are the ports of echo, DNS, NTP and their like; peers bind above. */
  private static final int LOWEST_PORT = 1024;

  private static final int HTTPS_PORT = 443;

  private RemoteCandidates() {}

  public static ImmutableList<InetSocketAddress> vet(
      List<InetSocketAddress> told, List<InetSocketAddress> own) {
    boolean sameMachine = own.stream().anyMatch(a -> a.getAddress().isLoopbackAddress());
    return told.stream()
        .filter(address -> !address.isUnresolved() && isAllowed(address, sameMachine))
        .filter(address -> !own.contains(address))
        .distinct()
        .limit(MAX)
        .collect(ImmutableList.toImmutableList());
  }

  private static boolean isAllowed(InetSocketAddress address, boolean sameMachine) {
    InetAddress ip = address.getAddress();
    boolean port = address.getPort() >= LOWEST_PORT || address.getPort() == HTTPS_PORT;
    boolean aimed = ip.isAnyLocalAddress() || ip.isMulticastAddress() || isBroadcast(ip);
    return port && !aimed && (sameMachine || !ip.isLoopbackAddress());
  }

  private static boolean isBroadcast(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    return bytes.length == 4 && (bytes[0] & 0xff) >= 240 || bytes.length == 4 && bytes[0] == 0;
  }
}
