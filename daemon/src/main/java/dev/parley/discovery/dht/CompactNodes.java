package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Nodes as they are told: id, address, port, one after the other (BEP 5, BEP 32). Pure. */
final class CompactNodes {
  /** A message tells of eight; more than twice as many nobody needs. */
  static final int MAX_NODES = 16;

  static final int IPV4_BYTES = 4;
  static final int IPV6_BYTES = 16;
  private static final int PORT_BYTES = 2;

  private CompactNodes() {}

  /**
   * Those that can be sent to; a rest that is no whole node is left out.
   *
   * @param addressBytes {@link #IPV4_BYTES} or {@link #IPV6_BYTES}
   */
  static ImmutableList<DhtNode> decode(ByteString told, int addressBytes) {
    int size = NodeId.BYTES + addressBytes + PORT_BYTES;
    ImmutableList.Builder<DhtNode> nodes = ImmutableList.builder();
    int count = Math.min(told.size() / size, MAX_NODES);
    for (int i = 0; i < count; i++) {
      ByteString node = told.substring(i * size, (i + 1) * size);
      InetSocketAddress address =
          address(
              node.substring(NodeId.BYTES, size - PORT_BYTES), node.substring(size - PORT_BYTES));
      if (NodeAddresses.canBeSentTo(address)) {
        nodes.add(new DhtNode(new NodeId(node.substring(0, NodeId.BYTES)), address));
      }
    }
    return nodes.build();
  }

  /** Those of one family; the others are left out. */
  static ByteString encode(List<DhtNode> nodes, int addressBytes) {
    ByteString.Output out = ByteString.newOutput();
    for (DhtNode node : nodes) {
      byte[] ip = node.address().getAddress().getAddress();
      if (ip.length == addressBytes) {
        out.write(node.id().bytes().toByteArray(), 0, NodeId.BYTES);
        out.write(ip, 0, ip.length);
        out.write(node.address().getPort() >>> Byte.SIZE);
        out.write(node.address().getPort());
      }
    }
    return out.toByteString();
  }

  private static InetSocketAddress address(ByteString ip, ByteString port) {
    try {
      int number = (port.byteAt(0) & 0xff) << Byte.SIZE | port.byteAt(1) & 0xff;
      InetAddress address = InetAddress.getByAddress(ip.toByteArray());
      boolean sixth = ip.size() == IPV6_BYTES;
      // An IPv4 address in IPv6's clothes would come out as IPv4.
      return sixth == address instanceof Inet6Address
          ? new InetSocketAddress(address, number)
          : new InetSocketAddress(0);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
    }
  }
}
