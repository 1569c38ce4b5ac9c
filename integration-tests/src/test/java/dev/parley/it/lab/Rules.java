package dev.parley.it.lab;

import dev.parley.it.nat.NatKind;

/**
 * Routers as nftables rulesets.
 *
 * <p>Linux keeps the source port where it can, so that a plain masquerade maps independently of the
 * endpoint as long as no two hosts use the same port; and its connection tracking filters by
 * address and port. The looser kinds remember in a map who has sent from which port, for two
 * minutes as RFC 4787 §4.3 asks, and let others in to that port.
 *
 * <p>All drop what arrives for themselves. Otherwise a packet that comes early makes a connection
 * of the router's own, the port counts as taken, the mapping moves to another, and no hole can be
 * punched.
 */
final class Rules {
  private static final String OUTWARD =
      """
      table inet filter {
        chain incoming {
          type filter hook input priority filter
          meta l4proto { tcp, udp } drop
        }
        chain forwarded {
          type filter hook forward priority filter; policy drop
          iifname "lan" accept
          ct state established,related accept
          ct status dnat accept
        }
      }
      """;

  private static final String MASQUERADE =
      """
      table ip nat {
        chain outward {
          type nat hook postrouting priority srcnat
          oifname "wan" masquerade
        }
      }
      """;

  private static final String SYMMETRIC =
      """
      table ip nat {
        chain outward {
          type nat hook postrouting priority srcnat
          oifname "wan" masquerade random,fully-random
        }
      }
      """;

  /**
   * Another port than the host's own, the same for all destinations: for a router with one host
   * that uses one port. It comes before the masquerade, which leaves alone what is translated
   * already.
   */
  static final String SHIFTED =
      """
      table ip shifted {
        chain outward {
          type nat hook postrouting priority srcnat - 1
          oifname "wan" meta l4proto udp masquerade to :20000-20000
        }
      }
      """;

  private static final String FULL_CONE =
      """
      table ip cone {
        map mapped {
          type inet_service : ipv4_addr
          flags dynamic,timeout
          timeout 120s
          size 4096
        }
        chain remembered {
          type filter hook forward priority filter - 1
          iifname "lan" meta l4proto udp update @mapped { udp sport : ip saddr }
        }
        chain inward {
          type nat hook prerouting priority dstnat
          iifname "wan" meta l4proto udp dnat ip to udp dport map @mapped
          iifname "wan" meta l4proto tcp dnat ip to tcp dport map @mapped
        }
      }
      """;

  private static final String ADDRESS_RESTRICTED =
      """
      table ip cone {
        map mapped {
          type inet_service . ipv4_addr : ipv4_addr
          flags dynamic,timeout
          timeout 120s
          size 4096
        }
        chain remembered {
          type filter hook forward priority filter - 1
          iifname "lan" meta l4proto udp update @mapped { udp sport . ip daddr : ip saddr }
        }
        chain inward {
          type nat hook prerouting priority dstnat
          iifname "wan" meta l4proto udp dnat ip to udp dport . ip saddr map @mapped
        }
      }
      """;

  private static final String NO_UDP =
      """
      table inet noudp {
        chain forwarded {
          type filter hook forward priority filter - 1
          meta l4proto udp drop
        }
      }
      """;

  private Rules() {}

  static String of(NatKind kind) {
    return switch (kind) {
      case FULL_CONE -> OUTWARD + MASQUERADE + FULL_CONE;
      case ADDRESS_RESTRICTED -> OUTWARD + MASQUERADE + ADDRESS_RESTRICTED;
      case PORT_RESTRICTED -> OUTWARD + MASQUERADE;
      case SYMMETRIC -> OUTWARD + SYMMETRIC;
      case UDP_BLOCKED -> OUTWARD + MASQUERADE + NO_UDP;
      case OPEN, DOUBLE_NAT -> throw new IllegalArgumentException(kind + " is not one router");
    };
  }

  /** A router that translates nothing, and lets in what belongs to a connection from inside. */
  static String firewallOnly() {
    return OUTWARD;
  }
}
