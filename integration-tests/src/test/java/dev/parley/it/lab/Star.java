package dev.parley.it.lab;

import java.util.ArrayList;
import java.util.List;

/** Hosts around a router, each on a network of its own: 10.77.LEAF.0/24. */
public final class Star {
  private final Namespace hub;
  private final List<Namespace> leaves;

  private Star(Namespace hub, List<Namespace> leaves) {
    this.hub = hub;
    this.leaves = leaves;
  }

  public static Star build(Lab lab, int leaves) {
    Namespace hub = lab.host("hub");
    Star star = new Star(hub, new ArrayList<>());
    for (int i = 0; i < leaves; i++) {
      Namespace leaf = lab.host("leaf");
      lab.cable(hub, star.hubAddress(i) + "/24", leaf, star.leafAddress(i) + "/24");
      leaf.ip("route", "add", "default", "via", star.hubAddress(i));
      star.leaves.add(leaf);
    }
    hub.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
    return star;
  }

  public Namespace hub() {
    return hub;
  }

  public Namespace leaf(int number) {
    return leaves.get(number);
  }

  /** The router's address on the network of a leaf. */
  public String hubAddress(int leaf) {
    return "10.77." + leaf + ".1";
  }

  public String leafAddress(int leaf) {
    return "10.77." + leaf + ".2";
  }

  /** The router forwards nothing; what runs on the router itself is still reached. */
  public void separateLeaves() {
    hub.firewall(
        """
        table inet lab {
          chain forward {
            type filter hook forward priority 0;
            drop
          }
        }
        """);
  }

  public void unblock() {
    hub.firewall("");
  }
}
