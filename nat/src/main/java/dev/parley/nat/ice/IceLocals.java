package dev.parley.nat.ice;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where this side may be reached, each list best first.
 *
 * @param hosts of the interfaces
 * @param mapped by a port mapping that the router has granted
 * @param reflexive as STUN servers see the port
 */
public record IceLocals(
    ImmutableList<InetSocketAddress> hosts,
    ImmutableList<InetSocketAddress> mapped,
    ImmutableList<InetSocketAddress> reflexive) {
  private static final int TOP_LOCAL_PREFERENCE = 65_535;

  /** The candidates to tell the peer, at most {@link IceCandidate#MAX}. */
  ImmutableList<IceCandidate> candidates() {
    Set<InetSocketAddress> told = new HashSet<>();
    ImmutableList.Builder<IceCandidate> all = ImmutableList.builder();
    int rank = 0;
    for (InetSocketAddress host : hosts) {
      if (told.size() < IceCandidate.MAX && told.add(host)) {
        all.add(candidate(IceCandidate.Type.HOST, host, rank++, Optional.empty()));
      }
    }
    // RFC 8445 §5.1.1.2: a mapping made by PCP or the like counts as server-reflexive. It is told
    // first, for unlike a STUN server's view it holds for senders from anywhere.
    for (InetSocketAddress outside :
        ImmutableSet.<InetSocketAddress>builder().addAll(mapped).addAll(reflexive).build()) {
      if (told.size() < IceCandidate.MAX && told.add(outside)) {
        all.add(
            candidate(IceCandidate.Type.SERVER_REFLEXIVE, outside, rank++, base(isIpv6(outside))));
      }
    }
    return all.build();
  }

  /** The address that stands for the port in one family: the best of the interfaces'. */
  Optional<InetSocketAddress> base(boolean ipv6) {
    return hosts.stream().filter(host -> isIpv6(host) == ipv6).findFirst();
  }

  List<InetSocketAddress> outside(boolean ipv6) {
    return ImmutableSet.<InetSocketAddress>builder()
        .addAll(mapped)
        .addAll(reflexive)
        .build()
        .stream()
        .filter(address -> isIpv6(address) == ipv6 && !hosts.contains(address))
        .toList();
  }

  static boolean isIpv6(InetSocketAddress address) {
    return address.getAddress() instanceof Inet6Address;
  }

  private static IceCandidate candidate(
      IceCandidate.Type type,
      InetSocketAddress address,
      int rank,
      Optional<InetSocketAddress> related) {
    return new IceCandidate(
        type,
        address,
        type.priority(TOP_LOCAL_PREFERENCE - rank),
        String.valueOf(rank + 1),
        related);
  }
}
