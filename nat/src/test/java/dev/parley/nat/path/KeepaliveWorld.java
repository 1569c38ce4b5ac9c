package dev.parley.nat.path;

import dev.parley.nat.path.SimulatedPaths.SwitchedRelay;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Two path tables in virtual time, a relay between them, and a direct way through a NAT on each
 * side, which filters by address and port and forgets a binding that is not used for its lifetime.
 */
final class KeepaliveWorld {
  private static final long MS = ProbeSchedule.MILLIS;
  private static final long WAY = 20 * MS;

  /** One peer, and the NAT before it. */
  final class Side {
    final int number;
    final long lifetime;
    final boolean newPorts;
    final KeepaliveInterval keepalive;
    final PathTable table;
    final PathAddress relayed = new PathAddress.Relayed(new SwitchedRelay(), SimulatedPaths.PEER);
    private int port = 4_000;
    private long usedAt = -1;

    /** When its link last left the direct path; and how often it has, and for how long at worst. */
    private long leftAt = -1;

    int left;
    long longestAway;
    int probes;

    Side(int number, long lifetimeSeconds, boolean newPorts) {
      this.number = number;
      this.lifetime = lifetimeSeconds * 1_000 * MS;
      this.newPorts = newPorts;
      this.keepalive = new KeepaliveInterval(new Random(number));
      this.table = new PathTable("peer", keepalive, 0);
    }

    PathAddress.DirectUdp outside() {
      return new PathAddress.DirectUdp(new InetSocketAddress("192.0.2." + number, port));
    }

    boolean isBound() {
      return usedAt >= 0 && now - usedAt < lifetime;
    }

    private void leaves() {
      if (!isBound() && usedAt >= 0 && newPorts) {
        port++;
      }
      usedAt = now;
    }

    boolean isDirect() {
      return table.current() != null && !table.current().isRelayed();
    }

    private long tick() {
      return table.tick(now, (path, size) -> probe(path, size));
    }

    private long probe(Path path, int size) {
      probes += path.isRelayed() ? 0 : 1;
      long transaction = ++transactions;
      send(path.address, false, transaction, size);
      return transaction;
    }

    private void send(PathAddress to, boolean answer, long transaction, int size) {
      Side peer = this == one ? other : one;
      PathAddress from = peer.relayed;
      if (to instanceof PathAddress.DirectUdp) {
        leaves();
        from = outside();
      }
      queue.add(new Packet(now + WAY, ++order, peer, from, to, answer, transaction, size));
    }

    private void arrives(Packet packet) {
      boolean direct = packet.to() instanceof PathAddress.DirectUdp;
      if (direct && (!isBound() || !packet.to().equals(outside()))) {
        return;
      }
      if (direct) {
        usedAt = now;
      }
      if (packet.answer()) {
        boolean taken = table.onAnswer(packet.from(), packet.transaction(), packet.size(), now);
      } else {
        send(packet.from(), true, packet.transaction(), packet.size());
        table.onPeerProbed(packet.from(), now);
      }
    }

    private void watch() {
      if (isDirect() && leftAt >= 0) {
        longestAway = Math.max(longestAway, now - leftAt);
        leftAt = -1;
      } else if (!isDirect() && leftAt < 0) {
        leftAt = now;
        left++;
      }
    }
  }

  private record Packet(
      long at,
      long order,
      Side target,
      PathAddress from,
      PathAddress to,
      boolean answer,
      long transaction,
      int size) {}

  final Side one;
  final Side other;
  private final PriorityQueue<Packet> queue =
      new PriorityQueue<>(Comparator.comparing(Packet::at).thenComparing(Packet::order));
  private long transactions;
  private long order;
  long now;

  KeepaliveWorld(long oneSeconds, long otherSeconds, boolean oneNewPorts) {
    one = new Side(1, oneSeconds, oneNewPorts);
    other = new Side(2, otherSeconds, false);
    for (Side side : new Side[] {one, other}) {
      side.table.add(side.relayed, 0);
      side.table.add((side == one ? other : one).outside(), 0);
      side.table.startProbing(0);
    }
    run(2_000 * MS);
    for (Side side : new Side[] {one, other}) {
      if (!side.isDirect()) {
        throw new AssertionError("not direct to begin with");
      }
      side.left = 0;
      side.longestAway = 0;
      side.probes = 0;
    }
  }

  /** Lets time pass; nothing is said by the users. */
  void run(long nanos) {
    long end = now + nanos;
    while (true) {
      long next = Math.min(one.tick(), other.tick());
      one.watch();
      other.watch();
      Packet packet = queue.peek();
      next = Math.min(next, packet == null ? Long.MAX_VALUE : packet.at());
      if (next > end) {
        break;
      }
      now = Math.max(now, next);
      if (packet != null && packet.at() <= now) {
        queue.remove();
        packet.target().arrives(packet);
      }
    }
    now = end;
  }
}
