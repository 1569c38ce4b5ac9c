package dev.parley.nat.candidate;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The addresses of this machine's own interfaces at which a peer may reach us (RFC 8445 §5.1.1.1).
 */
public final class HostCandidates {
  /** Bridges and pairs of containers and virtual machines: nobody outside can reach them. */
  private static final Pattern VIRTUAL =
      Pattern.compile("(docker|br-|veth|virbr|vnet|lxc|lxd|cni|flannel|podman|vboxnet|vmnet).*");

  private HostCandidates() {}

  /** One address of one interface. */
  public record Local(String interfaceName, InetAddress address) {}

  /** The addresses of all interfaces that are up. */
  public static ImmutableList<Local> interfaces() throws SocketException {
    ImmutableList.Builder<Local> locals = ImmutableList.builder();
    for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (network.isUp()) {
        for (InetAddress address : Collections.list(network.getInetAddresses())) {
          locals.add(new Local(network.getName(), withoutScope(address)));
        }
      }
    }
    return locals.build();
  }

  /**
   * What to tell peers, for a socket bound to {@code bound}: the bound address itself, or else
   * every usable address. Loopback is told only where there is nothing else, or where it was bound
   * on purpose: then both ends are on this machine.
   */
  public static ImmutableList<InetSocketAddress> of(
      List<Local> interfaces, InetSocketAddress bound) {
    if (!bound.getAddress().isAnyLocalAddress()) {
      return ImmutableList.of(bound);
    }
    List<InetAddress> usable = new ArrayList<>();
    List<InetAddress> loopback = new ArrayList<>();
    for (Local local : interfaces) {
      InetAddress address = local.address();
      if (address.isLoopbackAddress()) {
        loopback.add(address);
      } else if (isUsable(local)) {
        usable.add(address);
      }
    }
    return ImmutableSet.copyOf(usable.isEmpty() ? loopback : usable).stream()
        .map(address -> new InetSocketAddress(address, bound.getPort()))
        .collect(ImmutableList.toImmutableList());
  }

  /** Whether somebody on another machine may reach it. */
  static boolean isUsable(Local local) {
    InetAddress address = local.address();
    return !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isMulticastAddress()
        && !isVirtual(local.interfaceName());
  }

  /** Whether only containers and virtual machines of this machine are behind it. */
  public static boolean isVirtual(String interfaceName) {
    return VIRTUAL.matcher(interfaceName).matches();
  }

  private static InetAddress withoutScope(InetAddress address) {
    if (address instanceof Inet6Address six && !six.isLinkLocalAddress()) {
      try {
        return InetAddress.getByAddress(six.getAddress());
      } catch (java.net.UnknownHostException e) {
        throw new IllegalStateException("16 bytes are an address", e);
      }
    }
    return address;
  }
}
