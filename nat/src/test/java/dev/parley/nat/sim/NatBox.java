package dev.parley.nat.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A router that translates addresses between two networks. */
public final class NatBox implements Network.Attached {
  /** Ports that are given out: clear of those that peers refuse to probe. */
  private static final int FIRST_PORT = 20_000;

  private static final int PORTS = 40_000;

  private record Inside(InetSocketAddress source, Object destination) {}

  /** RFC 4787 §5: who may send to an inner endpoint, by whatever port it is mapped to. */
  private record Permission(InetSocketAddress source, Object remote) {}

  private static final class Binding {
    final Inside inside;
    final int port;
    long used;

    Binding(Inside inside, int port) {
      this.inside = inside;
      this.port = port;
    }
  }

  private final VirtualTime time;
  private final RandomGenerator random;
  private final Network inner;
  private final Network outer;
  private final InetAddress address;
  private final Map<Inside, Binding> byInside = new HashMap<>();
  private final Map<Integer, Binding> byPort = new HashMap<>();
  private final Map<Permission, Long> permitted = new HashMap<>();
  private NatRules rules;

  NatBox(
      VirtualTime time,
      RandomGenerator random,
      Network inner,
      Network outer,
      InetAddress address,
      NatRules rules) {
    this.time = time;
    this.random = random;
    this.inner = inner;
    this.outer = outer;
    this.address = address;
    this.rules = rules;
    inner.gateway(this);
  }

  public NatRules rules() {
    return rules;
  }

  public InetAddress address() {
    return address;
  }

  /** It behaves otherwise from now on; bindings that it has, it keeps. */
  public void rules(NatRules others) {
    rules = others;
  }

  /** It forgets all bindings; new ones get new ports. */
  public void reboot() {
    byInside.clear();
    byPort.clear();
    permitted.clear();
  }

  public int bindings() {
    forgetOld();
    return byPort.size();
  }

  void outbound(Packet packet) {
    if (rules.udpBlocked()) {
      return;
    }
    Packet translated = packet.from(new InetSocketAddress(address, bind(packet).port));
    if (!packet.to().getAddress().equals(address)) {
      outer.send(translated);
    } else if (rules.hairpin()) {
      receive(translated);
    }
  }

  private Binding bind(Packet packet) {
    Inside inside = new Inside(packet.from(), NatRules.key(rules.mapping(), packet.to()));
    Binding binding = byInside.get(inside);
    if (binding == null || isOver(binding.used)) {
      forgetOld();
      binding = new Binding(inside, freePort());
      byInside.put(inside, binding);
      byPort.put(binding.port, binding);
    }
    binding.used = time.nanos();
    permitted.put(permission(packet.from(), packet.to()), time.nanos());
    return binding;
  }

  @Override
  public void receive(Packet packet) {
    Binding binding = byPort.get(packet.to().getPort());
    if (rules.udpBlocked() || binding == null || isOver(binding.used)) {
      return;
    }
    if (!isOver(permitted.get(permission(binding.inside.source(), packet.from())))) {
      inner.enter(packet.to(binding.inside.source()));
    }
  }

  private Permission permission(InetSocketAddress inside, InetSocketAddress remote) {
    return new Permission(inside, NatRules.key(rules.filtering(), remote));
  }

  private boolean isOver(@Nullable Long since) {
    return since == null || time.nanos() - since > rules.lifetime().toNanos();
  }

  private void forgetOld() {
    permitted.values().removeIf(this::isOver);
    List<Binding> old = new ArrayList<>();
    byPort.values().stream().filter(binding -> isOver(binding.used)).forEach(old::add);
    for (Binding binding : old) {
      byPort.remove(binding.port);
      byInside.remove(binding.inside);
    }
  }

  private int freePort() {
    int port = FIRST_PORT + random.nextInt(PORTS);
    while (byPort.containsKey(port)) {
      port = FIRST_PORT + random.nextInt(PORTS);
    }
    return port;
  }
}
