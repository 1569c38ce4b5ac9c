package dev.parley.nat.path;

import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/** A path table in virtual time, above a network whose paths are scripted. */
final class SimulatedPaths {
  static final PeerKey PEER = new PeerKey(1, 2, 3, 4);
  static final long MS = ProbeSchedule.MILLIS;

  /** What one path does with a probe. */
  static final class Wire {
    boolean up = true;
    boolean smallOnly;
    long rttNanos = 20 * MS;
    double loss;

    /** Until then nothing moves, and nothing is lost, as in a TCP connection. */
    long standsStillUntil = Long.MIN_VALUE;
  }

  record Probed(long at, PathAddress address, int size) {}

  private record Answer(long at, long order, PathAddress from, long transaction, int size) {}

  final PathTable table;
  final List<Probed> probes = new ArrayList<>();
  final Map<PathAddress, Wire> wires = new HashMap<>();
  final Random random;
  long now;
  private final PriorityQueue<Answer> answers =
      new PriorityQueue<>(Comparator.comparing(Answer::at).thenComparing(Answer::order));
  private long transactions;

  SimulatedPaths(long seed) {
    this.random = new Random(seed);
    // As System.nanoTime, which may begin anywhere.
    this.now = -5_000_000_000L;
    this.table = new PathTable("peer", new KeepaliveInterval(random), now);
  }

  static PathAddress.DirectUdp direct(int number) {
    return new PathAddress.DirectUdp(new InetSocketAddress("192.0.2." + number, 4000 + number));
  }

  static PathAddress.Relayed relayed(SwitchedRelay relay) {
    return new PathAddress.Relayed(relay, PEER);
  }

  /** A wire from there to the peer, and the path in the table. */
  Wire add(PathAddress address) {
    Wire wire = wires.computeIfAbsent(address, a -> new Wire());
    table.add(address, now);
    return wire;
  }

  Path path(PathAddress address) {
    return table.find(address).orElseThrow();
  }

  PathAddress current() {
    Path path = table.current();
    if (path == null) {
      throw new AssertionError("no path is in use");
    }
    return path.address;
  }

  /** Lets time pass; every tick and every answer happens at its very nanosecond. */
  void run(long nanos) {
    long end = now + nanos;
    while (true) {
      long tick = table.tick(now, this::send);
      Answer answer = answers.peek();
      long next = Math.min(tick, answer == null ? Long.MAX_VALUE : answer.at());
      if (next > end) {
        break;
      }
      now = Math.max(now, next);
      if (answer != null && answer.at() <= now) {
        answers.remove();
        table.onAnswer(answer.from(), answer.transaction(), answer.size(), now);
      }
    }
    now = end;
  }

  /** The same, while the user sends something every so often. */
  void runBusy(long nanos, long every) {
    for (long passed = 0; passed < nanos; passed += every) {
      table.onOutbound(now);
      run(Math.min(every, nanos - passed));
    }
  }

  private long send(Path path, int size) {
    long transaction = ++transactions;
    probes.add(new Probed(now, path.address, size));
    Wire wire = wires.getOrDefault(path.address, new Wire());
    boolean lost =
        !wire.up
            || !path.isCarried()
            || (wire.smallOnly && size > Probe.SMALL)
            || random.nextDouble() < wire.loss;
    if (!lost) {
      long moves = Math.max(now, wire.standsStillUntil);
      answers.add(new Answer(moves + wire.rttNanos, transaction, path.address, transaction, size));
    }
    return transaction;
  }

  List<Probed> probesOf(PathAddress address) {
    return probes.stream().filter(p -> p.address().equals(address)).toList();
  }

  /** A relay that is connected or not, as told. */
  static final class SwitchedRelay implements RelayCarrier {
    boolean connected = true;

    @Override
    public String name() {
      return "relay.example:443";
    }

    @Override
    public boolean send(PeerKey target, ByteBuf datagram) {
      datagram.release();
      return connected;
    }

    @Override
    public boolean isConnected() {
      return connected;
    }
  }
}
