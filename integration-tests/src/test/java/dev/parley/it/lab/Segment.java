package dev.parley.it.lab;

/** Hosts on one bridge, and nothing else: no router, no relay, no internet, no DNS. */
public final class Segment {
  private static final String BRIDGE = "segment";

  private final Lab lab;
  private final Namespace fabric;
  private int ports;

  private Segment(Lab lab, Namespace fabric) {
    this.lab = lab;
    this.fabric = fabric;
  }

  public static Segment build(Lab lab) {
    Namespace fabric = lab.host("segment");
    fabric.ip("link", "add", BRIDGE, "type", "bridge", "mcast_snooping", "0");
    fabric.ip("addr", "add", "10.88.0.254/24", "dev", BRIDGE);
    fabric.ip("link", "set", BRIDGE, "up");
    return new Segment(lab, fabric);
  }

  /** A host that is not plugged in yet. */
  public Namespace host(String name) {
    Namespace host = lab.host(name);
    // Addresses are there at once: nobody else has them, and what is measured is not the kernel.
    host.sysctl("net.ipv6.conf.default.accept_dad", 0);
    return host;
  }

  /** Plugs a host in: as 10.88.0.NUMBER, and a link-local address of IPv6. */
  public void plug(Namespace host) {
    plug(host, true);
  }

  /** Plugs a host in that has a link-local address of IPv6 alone. */
  public void plug6(Namespace host) {
    plug(host, false);
  }

  private void plug(Namespace host, boolean four) {
    ports++;
    String port = "port" + ports;
    lab.wire(fabric, port, "", host, "eth0", four ? "10.88.0." + ports + "/24" : "");
    fabric.ip("link", "set", port, "master", BRIDGE);
  }

  /** Hears all multicast DNS on the bridge from now on. */
  public MulticastEar listen() {
    return MulticastEar.at(fabric, BRIDGE);
  }
}
