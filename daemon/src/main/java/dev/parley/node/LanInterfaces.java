package dev.parley.node;

import com.google.common.collect.ImmutableList;
import dev.parley.discovery.lan.LanInterface;
import dev.parley.discovery.lan.socket.LanThread;
import dev.parley.nat.candidate.HostCandidates;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collections;

/**
 * The interfaces of this machine on which contacts may be, with those addresses at which a node
 * that is bound there can be reached. Thread-safe.
 */
final class LanInterfaces implements LanThread.View {
  private final InetAddress bound;

  LanInterfaces(InetSocketAddress bound) {
    this.bound = bound.getAddress();
  }

  @Override
  public ImmutableList<LanInterface> look() throws SocketException {
    ImmutableList.Builder<LanInterface> found = ImmutableList.builder();
    for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (isUsable(network)) {
        ImmutableList<LanInterface.Prefix> prefixes =
            network.getInterfaceAddresses().stream()
                .filter(address -> isReached(address.getAddress()))
                .map(LanInterfaces::prefix)
                .collect(ImmutableList.toImmutableList());
        if (!prefixes.isEmpty()) {
          found.add(new LanInterface(network.getName(), network.getIndex(), prefixes));
        }
      }
    }
    return found.build();
  }

  /** Neither loopback nor a tunnel: whoever is at its other end is on no network of ours. */
  private static boolean isUsable(NetworkInterface network) throws SocketException {
    return network.isUp()
        && network.supportsMulticast()
        && !network.isLoopback()
        && !network.isPointToPoint()
        && !HostCandidates.isVirtual(network.getName());
  }

  private boolean isReached(InetAddress address) {
    boolean anywhere =
        bound.isAnyLocalAddress()
            && (bound instanceof Inet6Address || address instanceof Inet4Address);
    return anywhere || bound.equals(address);
  }

  private static LanInterface.Prefix prefix(InterfaceAddress at) {
    byte[] bytes = at.getAddress().getAddress();
    int all = bytes.length * 8;
    // Some systems do not tell: then nobody else is on the same network.
    int told = at.getNetworkPrefixLength();
    try {
      return new LanInterface.Prefix(
          InetAddress.getByAddress(bytes), told > 0 && told <= all ? told : all);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("the bytes of an address are an address", e);
    }
  }
}
