package dev.parley.discovery;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.peer.v1.SocketAddress;
import dev.parley.peer.v1.Transport;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Optional;

/**
 * Addresses as peers tell them to one another, in records and over the link. Stateless.
 *
 * <p>An address that cannot be sent to is skipped and never an error: a peer may know kinds of
 * addresses that this side does not.
 */
public final class PeerAddresses {
  private static final int MAX_PORT = 65_535;

  private PeerAddresses() {}

  /**
   * The UDP addresses that can be sent to, in their order, each once, and of these the first {@link
   * DiscoveryRecord#MAX_ADDRESSES}.
   */
  public static ImmutableList<InetSocketAddress> decode(Collection<SocketAddress> addresses) {
    return decode(addresses, Transport.TRANSPORT_UDP);
  }

  /** The same for another transport. */
  public static ImmutableList<InetSocketAddress> decode(
      Collection<SocketAddress> addresses, Transport transport) {
    return addresses.stream()
        .map(address -> decode(address, transport))
        .flatMap(Optional::stream)
        .distinct()
        .limit(DiscoveryRecord.MAX_ADDRESSES)
        .collect(ImmutableList.toImmutableList());
  }

  /** As UDP's; empty when the address means nothing to another machine. */
  public static Optional<SocketAddress> encode(InetSocketAddress address) {
    return encode(address, Transport.TRANSPORT_UDP);
  }

  /** Empty when the address means nothing to another machine. */
  public static Optional<SocketAddress> encode(InetSocketAddress address, Transport transport) {
    InetAddress ip = address.getAddress();
    if (ip == null || address.getPort() == 0 || !canBeSentTo(ip)) {
      return Optional.empty();
    }
    return Optional.of(
        SocketAddress.newBuilder()
            .setIp(ByteString.copyFrom(ip.getAddress()))
            .setPort(address.getPort())
            .setTransport(transport)
            .build());
  }

  /** Empty when it cannot be sent to by UDP. */
  public static Optional<InetSocketAddress> decode(SocketAddress address) {
    return decode(address, Transport.TRANSPORT_UDP);
  }

  private static Optional<InetSocketAddress> decode(SocketAddress address, Transport transport) {
    // As uint32 a port can come out negative.
    boolean port = address.getPort() >= 1 && address.getPort() <= MAX_PORT;
    if (!port || address.getTransport() != transport) {
      return Optional.empty();
    }
    try {
      InetAddress ip = InetAddress.getByAddress(address.getIp().toByteArray());
      return canBeSentTo(ip)
          ? Optional.of(new InetSocketAddress(ip, address.getPort()))
          : Optional.empty();
    } catch (UnknownHostException e) {
      // Neither 4 nor 16 bytes.
      return Optional.empty();
    }
  }

  /**
   * Not so the unspecified address, groups of machines, and IPv6 link-local addresses (RFC 4291
   * §2.5.6), which need the name of an interface beside them.
   */
  private static boolean canBeSentTo(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    boolean broadcast = bytes.length == 4 && (bytes[0] & bytes[1] & bytes[2] & bytes[3]) == -1;
    boolean needsInterface = ip instanceof Inet6Address && ip.isLinkLocalAddress();
    return !ip.isAnyLocalAddress() && !ip.isMulticastAddress() && !broadcast && !needsInterface;
  }
}
