package dev.parley.relay.client;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.v1.Welcome;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/** Reads a relay's welcome; what makes no sense in it is left out, for none of it is needed. */
final class Greetings {
  private static final int MAX_HOST_LENGTH = 255;

  /** Of a relay that does not say: what every path carries. */
  private static final int DEFAULT_MAX_DATAGRAM_BYTES = 1_500;

  private static final int LARGEST_DATAGRAM_BYTES = 65_535;

  private Greetings() {}

  static RelayGreeting of(PeerId relay, Welcome welcome, SocketAddress remote) {
    int max = welcome.getMaxDatagramBytes();
    return new RelayGreeting(
        relay,
        address(welcome.getObservedIp(), welcome.getObservedPort()),
        stun(welcome, remote),
        max == 0 ? DEFAULT_MAX_DATAGRAM_BYTES : max < 0 ? LARGEST_DATAGRAM_BYTES : max,
        Duration.ofSeconds(Integer.toUnsignedLong(welcome.getMailLifetimeSeconds())),
        welcome.getRendezvous());
  }

  private static Optional<InetSocketAddress> address(ByteString ip, int port) {
    if ((ip.size() != 4 && ip.size() != 16) || !isPort(port)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new InetSocketAddress(InetAddress.getByAddress(ip.toByteArray()), port));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + ip.size() + " bytes", e);
    }
  }

  private static Optional<InetSocketAddress> stun(Welcome welcome, SocketAddress remote) {
    int port = welcome.getStunPort();
    String host = welcome.getStunHost();
    if (!isPort(port) || port == 0 || host.length() > MAX_HOST_LENGTH) {
      return Optional.empty();
    }
    if (host.isEmpty()) {
      return remote instanceof InetSocketAddress tcp
          ? Optional.of(new InetSocketAddress(tcp.getAddress(), port))
          : Optional.empty();
    }
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    return literal == null
        ? Optional.of(InetSocketAddress.createUnresolved(host, port))
        : address(ByteString.copyFrom(literal), port);
  }

  private static boolean isPort(int port) {
    return port >= 0 && port <= 65_535;
  }
}
