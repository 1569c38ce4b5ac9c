package dev.parley.it.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The public part of a laboratory: one Ethernet segment, 198.51.100.0/24 and 2001:db8:ffff::/64, to
 * which public hosts and the outer routers of homes are connected, and a core that everything else
 * is sent to, and that forwards IPv6 to the networks behind the routers and drops the rest.
 */
public final class Internet {
  static final String CORE = "198.51.100.254";

  /** The core's second address: two are needed to learn how a NAT maps and filters. */
  static final String CORE_TOO = "198.51.100.253";

  static final String CORE6 = "2001:db8:ffff::fe";
  private static final int MAX_PORTS = 64;
  private static final String SWITCH = "10.99.0.2";
  private static final String KERNEL = "10.99.0.1";

  private final Lab lab;
  private final Namespace fabric;
  private final boolean delayed;
  private final Namespace core;
  private final List<Namespace> connected = new ArrayList<>();

  private Internet(Lab lab, Namespace fabric, boolean delayed) {
    this.lab = lab;
    this.fabric = fabric;
    this.delayed = delayed;
    core = lab.host("core");
    connect(core, "wan");
    core.ip("addr", "add", CORE + "/24", "dev", "wan");
    core.ip("addr", "add", CORE_TOO + "/24", "dev", "wan");
    core.ip("-6", "addr", "add", CORE6 + "/64", "dev", "wan", "nodad");
    core.ip("route", "add", "blackhole", "default");
    // The address stays on this host: nothing but IPv6 between the homes is forwarded.
    core.sysctl("net.ipv6.conf.all.forwarding", 1);
  }

  /** As fast as the machine is. */
  public static Internet in(Lab lab) {
    Namespace fabric = lab.host("fabric");
    fabric.ip("link", "add", "segment", "type", "bridge");
    fabric.ip("link", "set", "segment", "up");
    return new Internet(lab, fabric, false);
  }

  /** Whatever two hosts are connected to it, a packet and its answer take this long. */
  public static Internet withRoundTrip(Lab lab, Duration roundTrip) {
    return over(lab, Line.withRoundTrip(roundTrip));
  }

  /** Each packet takes up to {@code jitter} longer, by chance, and so overtakes others. */
  public static Internet reordering(Lab lab, Duration roundTrip, Duration jitter, long seed) {
    return over(lab, Line.withRoundTrip(roundTrip).withJitter(jitter, seed));
  }

  /** Every host is connected by such a line. */
  public static Internet over(Lab lab, Line hosts) {
    Namespace fabric = lab.host("fabric");
    Namespace line = lab.host("delay");
    lab.cable(fabric, KERNEL + "/24", line, SWITCH + "/24");
    // A frame and its envelope fit.
    fabric.ip("link", "set", "eth0", "mtu", "1600");
    line.ip("link", "set", "eth0", "mtu", "1600");
    List<String> arguments = new ArrayList<>(List.of(SWITCH, KERNEL, Integer.toString(MAX_PORTS)));
    arguments.addAll(hosts.arguments());
    JavaTool.start(line, DelayLine.class, arguments).line();
    return new Internet(lab, fabric, true);
  }

  Lab lab() {
    return lab;
  }

  Namespace core() {
    return core;
  }

  /** A host with a public address of its own. */
  public Site host(String name) {
    Namespace host = lab.host(name);
    int number = join(host, "wan");
    return Site.open(this, host, number);
  }

  /** Gives it the next public address, on an interface of this name; returns the last number. */
  int join(Namespace host, String name) {
    int number = connect(host, name);
    host.ip("addr", "add", address(number) + "/24", "dev", name);
    host.ip("-6", "addr", "add", address6(number) + "/64", "dev", name, "nodad");
    host.ip("route", "add", "default", "via", CORE);
    host.ip("-6", "route", "add", "default", "via", CORE6);
    return number;
  }

  static String address(int number) {
    return "198.51.100." + number;
  }

  static String address6(int number) {
    return "2001:db8:ffff::" + Integer.toHexString(number);
  }

  private int connect(Namespace host, String name) {
    connected.add(host);
    int number = connected.size();
    if (number >= MAX_PORTS) {
      throw new IllegalStateException("the segment has " + MAX_PORTS + " ports");
    }
    if (delayed) {
      fabric.ip(
          "link",
          "add",
          name,
          "netns",
          host.name(),
          "type",
          "vxlan",
          "id",
          Integer.toString(number),
          "local",
          KERNEL,
          "remote",
          SWITCH,
          "dstport",
          Integer.toString(DelayLine.PORT),
          "nolearning");
      host.ip("link", "set", name, "mtu", "1500");
      // No device behind the switch completes what the kernel leaves to devices.
      host.run("ethtool", "-K", name, "tx", "off", "gso", "off", "gro", "off");
    } else {
      fabric.ip("link", "add", "port" + number, "type", "veth", "peer", name, "netns", host.name());
      fabric.ip("link", "set", "port" + number, "master", "segment", "up");
    }
    host.ip("link", "set", name, "up");
    return number;
  }
}
