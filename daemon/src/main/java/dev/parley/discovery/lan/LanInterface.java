package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableList;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A network interface on which there may be peers.
 *
 * @param index by which the system knows it
 * @param prefixes its addresses, without a scope, and which others are on the same network
 */
public record LanInterface(String name, int index, ImmutableList<Prefix> prefixes) {

  /**
   * @param bits that an address on the same network has in common with this one
   */
  public record Prefix(InetAddress address, int bits) {
    boolean covers(InetAddress other) {
      byte[] mine = address.getAddress();
      byte[] theirs = other.getAddress();
      if (mine.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >>> (bit % 8);
        if ((mine[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  ImmutableList<InetAddress> addresses() {
    return prefixes.stream()
        .map(Prefix::address)
        .limit(Announcement.MAX_ADDRESSES)
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * Whether this address is of a machine on the same network (RFC 6762 §11): a stranger there must
   * not aim us at machines elsewhere, nor one elsewhere speak to us.
   */
  boolean isOnLink(InetAddress address) {
    return prefixes.stream().anyMatch(prefix -> prefix.covers(address))
        && !(address instanceof Inet6Address six
            && six.getScopeId() != 0
            && six.getScopeId() != index);
  }

  /** An IPv6 link-local address needs the interface beside it (RFC 4007 §6). */
  InetAddress scoped(InetAddress address) {
    if (address instanceof Inet6Address && address.isLinkLocalAddress()) {
      try {
        return Inet6Address.getByAddress(null, address.getAddress(), index);
      } catch (UnknownHostException e) {
        throw new IllegalStateException("16 bytes are an address", e);
      }
    }
    return address;
  }
}
