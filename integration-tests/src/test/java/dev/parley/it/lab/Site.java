package dev.parley.it.lab;

import dev.parley.it.nat.NatKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A place in the internet: a host, and the routers between it and the public segment, the outermost
 * last. All homes have the same network 192.168.1.0/24, as homes do, but hosts of different
 * numbers.
 */
public final class Site {
  private static final String LAN_ROUTER = "192.168.1.1";

  private final Internet internet;
  private final Namespace host;
  private final List<Namespace> routers;
  private final int number;
  private int guests;

  private Site(Internet internet, Namespace host, List<Namespace> routers, int number) {
    this.internet = internet;
    this.host = host;
    this.routers = routers;
    this.number = number;
  }

  static Site open(Internet internet, Namespace host, int number) {
    return new Site(internet, host, List.of(), number);
  }

  /** A host of this name in a network of this kind. */
  public static Site build(Internet internet, NatKind kind, String name) {
    return switch (kind) {
      case OPEN -> internet.host(name);
      case DOUBLE_NAT -> doubleNat(internet, name);
      default -> behind(internet, Rules.of(kind), name);
    };
  }

  /** A host behind a router with these rules. */
  public static Site behind(Internet internet, String rules, String name) {
    Namespace router = internet.lab().host(name + "-nat");
    int number = internet.join(router, "wan");
    Namespace host = internet.lab().host(name);
    serve(internet.lab(), router);
    plug(internet.lab(), router, host, number);
    configure(router, rules);
    return new Site(internet, host, List.of(router), number);
  }

  /** A host with IPv6 alone behind a router that lets in only what belongs to connections. */
  public static Site behindFirewall6(Internet internet, String name) {
    Lab lab = internet.lab();
    Namespace router = lab.host(name + "-fw");
    int number = internet.join(router, "wan");
    Namespace host = lab.host(name);
    String network = "2001:db8:" + Integer.toHexString(number) + "::";
    lab.wire(router, "lan", "", host, "eth0", "");
    router.ip("-6", "addr", "add", network + "1/64", "dev", "lan", "nodad");
    host.ip("-6", "addr", "add", network + "2/64", "dev", "eth0", "nodad");
    host.ip("-6", "route", "add", "default", "via", network + "1");
    internet.core().ip("-6", "route", "add", network + "/64", "via", Internet.address6(number));
    router.firewall(Rules.firewallOnly());
    router.sysctl("net.ipv6.conf.all.forwarding", 1);
    return new Site(internet, host, List.of(router), number);
  }

  private static Site doubleNat(Internet internet, String name) {
    Lab lab = internet.lab();
    Namespace carrier = lab.host(name + "-cgn");
    int number = internet.join(carrier, "wan");
    Namespace home = lab.host(name + "-nat");
    // RFC 6598: what a carrier has between itself and its customers.
    lab.wire(carrier, "lan", "100.64.0.1/24", home, "wan", "100.64.0." + (number + 1) + "/24");
    home.ip("route", "add", "default", "via", "100.64.0.1");
    Namespace host = lab.host(name);
    serve(lab, home);
    plug(lab, home, host, number);
    configure(carrier, Rules.of(NatKind.PORT_RESTRICTED));
    configure(home, Rules.of(NatKind.PORT_RESTRICTED));
    return new Site(internet, host, List.of(home, carrier), number);
  }

  private static void serve(Lab lab, Namespace router) {
    router.ip("link", "add", "lan", "type", "bridge");
    router.ip("addr", "add", LAN_ROUTER + "/24", "dev", "lan");
    router.ip("link", "set", "lan", "up");
  }

  /** Plugs a host into the router's network, as 192.168.1.(100 + number). */
  private static void plug(Lab lab, Namespace router, Namespace host, int number) {
    String port = "lan" + number;
    lab.wire(router, port, "", host, "eth0", lanAddress(number) + "/24");
    router.ip("link", "set", port, "master", "lan");
    host.ip("route", "add", "default", "via", LAN_ROUTER);
  }

  private static String lanAddress(int number) {
    return "192.168.1." + (100 + number);
  }

  private static void configure(Namespace router, String rules) {
    router.firewall(rules);
    router.sysctl("net.ipv4.ip_forward", 1);
  }

  /** Pulls the host's cable; its addresses and routes stay. */
  public void pullCable() {
    router().ip("link", "set", "lan" + number, "down");
  }

  public void plugBack() {
    router().ip("link", "set", "lan" + number, "up");
  }

  /** Another address of the same network for the host, as after a new lease. */
  public void changeAddress() {
    host.ip("addr", "flush", "dev", "eth0", "scope", "global");
    host.ip("addr", "add", "192.168.1." + number + "/24", "dev", "eth0");
    host.ip("route", "add", "default", "via", LAN_ROUTER);
  }

  /** Restarts the router: its table is empty then. Returns how many connections it held. */
  public int reboot() {
    int held = connections();
    // A masquerade forgets its connections when its interface goes down.
    router().ip("link", "set", "wan", "down");
    int left = connections();
    if (left > held / 2) {
      throw new IllegalStateException(this + " still holds " + left + " of " + held);
    }
    router().ip("link", "set", "wan", "up");
    router().ip("route", "replace", "default", "via", Internet.CORE);
    return held;
  }

  /** Restarts a router, which from then on maps the ports of its hosts to others than before. */
  public void rebootWithOtherPorts() {
    router().addRules(Rules.SHIFTED);
    reboot();
  }

  private int connections() {
    return Integer.parseInt(
        router().run("cat", "/proc/sys/net/netfilter/nf_conntrack_count").strip());
  }

  /** One more host in the network of this home. */
  public Namespace guest(String name) {
    Namespace guest = internet.lab().host(name);
    guests++;
    plug(internet.lab(), router(), guest, number + 64 * guests);
    return guest;
  }

  public Namespace host() {
    return host;
  }

  /** The router that the host is connected to. */
  public Namespace router() {
    if (routers.isEmpty()) {
      throw new IllegalStateException(host.name() + " is not behind a router");
    }
    return routers.get(0);
  }

  /** Its address in the eyes of the public. */
  public String publicAddress() {
    return Internet.address(number);
  }

  public String publicAddress6() {
    return Internet.address6(number);
  }

  /** What the host calls the interface to its network. */
  public String hostInterface() {
    return routers.isEmpty() ? "wan" : "eth0";
  }

  /** Every packet to and from the outside has this chance, in percent, to be lost. */
  public void lose(int percent) {
    Namespace edge = routers.isEmpty() ? host : routers.get(routers.size() - 1);
    edge.addRules(
        """
        table netdev loss {
          chain arriving {
            type filter hook ingress device "wan" priority 0;
            numgen random mod 100 < %d drop
          }
          chain leaving {
            type filter hook egress device "wan" priority 0;
            numgen random mod 100 < %d drop
          }
        }
        """
            .formatted(percent, percent));
  }

  /** How long a mapping of the routers lives without traffic. */
  public Site withUdpLifetime(int seconds) {
    for (Namespace router : routers) {
      router.sysctl("net.netfilter.nf_conntrack_udp_timeout", seconds);
      router.sysctl("net.netfilter.nf_conntrack_udp_timeout_stream", seconds);
    }
    return this;
  }

  /** The names of all its hosts, for messages. */
  @Override
  public String toString() {
    List<String> names = new ArrayList<>(List.of(host.name()));
    routers.forEach(router -> names.add(router.name()));
    return String.join(" < ", names);
  }
}
