package dev.parley.nat.mapping;

import com.google.common.base.Splitter;
import com.google.common.io.BaseEncoding;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads the default route out of Linux's /proc/net/route and /proc/net/ipv6_route. Pure. */
final class RoutingTable {
  private static final int UP_AND_GATEWAY = 0x3;
  private static final int REJECT = 0x200;
  private static final Splitter FIELDS = Splitter.onPattern("\\s+").omitEmptyStrings();

  private RoutingTable() {}

  /** Where everything goes that has no better way. */
  record Default(String interfaceName, InetAddress gateway, long metric) {}

  /** Of "Iface Destination Gateway Flags RefCnt Use Metric Mask …", addresses in host order. */
  static Optional<Default> ipv4(List<String> lines) {
    return lines.stream()
        .map(FIELDS::splitToList)
        .filter(f -> f.size() >= 8 && isZero(f.get(1)) && isZero(f.get(7)))
        .filter(f -> isUsable(f.get(3)))
        .map(f -> new Default(f.get(0), reversed(f.get(2)), Long.parseLong(f.get(6))))
        .min(Comparator.comparingLong(Default::metric));
  }

  /** Of "destination length source length next-hop metric refcount use flags interface", hex. */
  static Optional<Default> ipv6(List<String> lines) {
    return lines.stream()
        .map(FIELDS::splitToList)
        .filter(f -> f.size() >= 10 && isZero(f.get(0)) && isZero(f.get(1)))
        .filter(f -> isUsable(f.get(8)))
        .map(f -> new Default(f.get(9), address(bytes(f.get(4))), Long.parseLong(f.get(5), 16)))
        .min(Comparator.comparingLong(Default::metric));
  }

  private static boolean isUsable(String flags) {
    long bits = Long.parseLong(flags, 16);
    return (bits & UP_AND_GATEWAY) == UP_AND_GATEWAY && (bits & REJECT) == 0;
  }

  private static boolean isZero(String hex) {
    return hex.chars().allMatch(c -> c == '0');
  }

  /** The kernel prints the number that the four bytes make on this machine: little-endian here. */
  private static InetAddress reversed(String hex) {
    byte[] bytes = bytes(hex);
    if (java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN) {
      com.google.common.primitives.Bytes.reverse(bytes);
    }
    return address(bytes);
  }

  private static byte[] bytes(String hex) {
    return BaseEncoding.base16().ignoreCase().decode(hex);
  }

  private static InetAddress address(byte[] ip) {
    try {
      return InetAddress.getByAddress(ip);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address of " + ip.length + " bytes", e);
    }
  }
}
