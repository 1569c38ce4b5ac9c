package dev.parley.nat.path;

import static dev.parley.nat.path.SimulatedPaths.MS;
import static dev.parley.nat.path.SimulatedPaths.direct;
import static dev.parley.nat.path.SimulatedPaths.relayed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.path.SimulatedPaths.SwitchedRelay;
import dev.parley.nat.path.SimulatedPaths.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever networks, relays and peers do: what must hold of the table at every moment. */
class PathTableSimulationTest {
  /** Checks of all paths, and keep-alives of each of those that answer. */
  private static final int MOST_PROBES_PER_SECOND =
      2 * ProbeSchedule.CHECKS_PER_SECOND + 3 * (KnownPaths.MAX_DIRECT + KnownPaths.MAX_RELAYED);

  private static final int STEPS = 6_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void invariantsHoldThroughRandomWeather(long seed) {
    SimulatedPaths net = new SimulatedPaths(seed);
    List<SwitchedRelay> relays = new ArrayList<>();
    net.table.startProbing(net.now);
    for (int step = 0; step < STEPS; step++) {
      someEvent(net, relays);
      net.run(net.random.nextInt(80) * MS);
      check(net, "seed " + seed + " step " + step);
    }
    assertThat(mostProbesInASecond(net))
        .as("seed %s", seed)
        .isLessThanOrEqualTo(MOST_PROBES_PER_SECOND);
  }

  private static void someEvent(SimulatedPaths net, List<SwitchedRelay> relays) {
    PathAddress direct = direct(net.random.nextInt(60));
    switch (net.random.nextInt(16)) {
      case 0 -> net.add(direct);
      case 1 -> {
        SwitchedRelay relay = new SwitchedRelay();
        relays.add(relay);
        net.add(relayed(relay));
      }
      case 2 -> net.table.onPeerProbed(direct, net.now);
      case 3, 4 -> weather(net);
      case 5 -> {
        relays.forEach(relay -> relay.connected = net.random.nextInt(3) > 0);
        net.table.onRelaysChanged(net.now);
      }
      case 6 -> {
        if (net.random.nextInt(20) == 0) {
          net.table.recheck(net.now);
        }
      }
      case 7 -> {
        if (!relays.isEmpty()) {
          SwitchedRelay relay = relays.get(net.random.nextInt(relays.size()));
          net.table.onAbsent(new PathAddress.Relayed(relay, SimulatedPaths.PEER), net.now);
        }
      }
      case 8 -> {
        PathKind[] kinds = PathKind.values();
        int kind = net.random.nextInt(kinds.length + 3);
        net.table.pin(kind < kinds.length ? kinds[kind] : null, net.now);
      }
      case 9 -> {
        if (net.random.nextInt(50) == 0) {
          net.table.stopProbing();
          net.table.startProbing(net.now);
        }
      }
      default -> net.table.onOutbound(net.now);
    }
  }

  private static void weather(SimulatedPaths net) {
    for (Wire wire : net.wires.values()) {
      if (net.random.nextInt(4) == 0) {
        wire.up = net.random.nextInt(3) > 0;
        wire.smallOnly = net.random.nextInt(10) == 0;
        wire.loss = net.random.nextInt(5) == 0 ? 0.4 : 0.02;
        wire.rttNanos = (1 + net.random.nextInt(400)) * MS;
      }
    }
  }

  private static void check(SimulatedPaths net, String when) {
    List<Path> paths = net.table.paths();
    assertThat(paths.size())
        .as(when)
        .isLessThanOrEqualTo(KnownPaths.MAX_DIRECT + KnownPaths.MAX_RELAYED);
    Path current = net.table.current();
    if (paths.stream().anyMatch(PathTableSimulationTest::canBeUsed)) {
      assertThat(current).as(when).isNotNull();
      assertThat(paths).as(when).contains(current);
      assertThat(canBeUsed(current)).as("%s: %s is in use", when, current.address).isTrue();
    }
    for (Path path : paths) {
      assertThat(path.isUsable() && path.rttNanos() < 0).as(when).isFalse();
      assertThat(path.nextProbeAt - net.now).as(when).isBetween(0L, ProbeSchedule.LARGEST_PAUSE);
    }
  }

  private static boolean canBeUsed(Path path) {
    return path.isCarried()
        && (path.isUsable() || (path.isRelayed() && path.state() != PathState.SILENT));
  }

  private static long mostProbesInASecond(SimulatedPaths net) {
    int most = 0;
    int first = 0;
    for (int last = 0; last < net.probes.size(); last++) {
      while (net.probes.get(last).at() - net.probes.get(first).at() > 1_000 * MS) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
