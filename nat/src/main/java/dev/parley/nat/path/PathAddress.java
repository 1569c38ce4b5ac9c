package dev.parley.nat.path;

import com.google.common.net.InetAddresses;
import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import java.net.InetSocketAddress;

/** Where a peer's datagrams can be sent to, or come from. */
sealed interface PathAddress {
  PathKind kind();

  PathTransport transport();

  /** For people. */
  String remote();

  /** Whether both are straight to one IP address, whatever the ports. */
  default boolean isSameHost(PathAddress other) {
    return this instanceof DirectUdp one
        && other instanceof DirectUdp two
        && one.address().getAddress().equals(two.address().getAddress());
  }

  /** Straight to a UDP address. */
  record DirectUdp(InetSocketAddress address) implements PathAddress {
    @Override
    public PathKind kind() {
      return PathKind.DIRECT;
    }

    @Override
    public PathTransport transport() {
      return PathTransport.UDP;
    }

    @Override
    public String remote() {
      String ip = InetAddresses.toAddrString(address.getAddress());
      return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + address.getPort();
    }
  }

  /** By the key under which the relay knows the peer. */
  record Relayed(RelayCarrier carrier, PeerKey peer) implements PathAddress {
    @Override
    public PathKind kind() {
      return PathKind.RELAY;
    }

    @Override
    public PathTransport transport() {
      return PathTransport.TCP;
    }

    @Override
    public String remote() {
      return carrier.name();
    }
  }
}
