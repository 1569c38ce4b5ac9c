package dev.parley.nat.sim;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A space of addresses: the internet, a carrier's network, or a home's. */
final class Network {
  /** Whatever has an address. */
  interface Attached {
    void receive(Packet packet);
  }

  private record Plug(Line line, Attached attached) {}

  private record Cut(InetAddress one, InetAddress other) {}

  private final VirtualTime time;
  private final RandomGenerator random;
  private final Map<InetAddress, Plug> plugs = new HashMap<>();
  private final Set<Cut> cuts = new HashSet<>();
  private @Nullable NatBox gateway;

  Network(VirtualTime time, RandomGenerator random) {
    this.time = time;
    this.random = random;
  }

  /** What is sent to addresses that are not of this network goes through here. */
  void gateway(NatBox nat) {
    gateway = nat;
  }

  void attach(InetAddress address, Line line, Attached attached) {
    if (plugs.putIfAbsent(address, new Plug(line, attached)) != null) {
      throw new IllegalArgumentException(address + " is taken");
    }
  }

  void detach(InetAddress address) {
    plugs.remove(address);
  }

  /** Drops what these two send to each other, or no longer. */
  void cut(InetAddress one, InetAddress other, boolean dropped) {
    for (Cut cut : List.of(new Cut(one, other), new Cut(other, one))) {
      boolean unused = dropped ? cuts.add(cut) : cuts.remove(cut);
    }
  }

  void send(Packet packet) {
    Plug source = plugs.get(packet.from().getAddress());
    Plug target = plugs.get(packet.to().getAddress());
    if (source == null) {
      return;
    }
    if (target == null) {
      if (gateway != null && !source.line().loses(random)) {
        time.afterNanos(source.line().delayNanos(random), () -> leave(packet));
      }
      return;
    }
    int copies = source.line().doubles(random) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (!source.line().loses(random) && !target.line().loses(random)) {
        long delay = source.line().delayNanos(random) + target.line().delayNanos(random);
        time.afterNanos(delay, () -> arrive(packet));
      }
    }
  }

  /** A packet that the gateway lets in. */
  void enter(Packet packet) {
    Plug target = plugs.get(packet.to().getAddress());
    if (target != null && !target.line().loses(random)) {
      time.afterNanos(target.line().delayNanos(random), () -> arrive(packet));
    }
  }

  private void leave(Packet packet) {
    if (gateway != null) {
      gateway.outbound(packet);
    }
  }

  /** The cable may have been pulled, and the address given to another, since it was sent. */
  private void arrive(Packet packet) {
    Plug target = plugs.get(packet.to().getAddress());
    boolean cut = cuts.contains(new Cut(packet.from().getAddress(), packet.to().getAddress()));
    if (target != null && target.line().isUp() && !cut) {
      target.attached().receive(packet);
    }
  }
}
