package dev.parley.nat.path;

import static dev.parley.nat.path.SimulatedPaths.MS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is learned of the lifetimes of bindings, and what learning costs. */
class KeepaliveTest {
  private static final long SECOND = 1_000 * MS;
  private static final long HOUR = 3_600 * SECOND;

  private final KeepaliveInterval interval = new KeepaliveInterval(new Random(1));

  @ParameterizedTest
  @CsvSource({
    // The lifetimes of both NATs in seconds, whether the first takes a new port for each binding;
    // the interval in the end, and how often a side may have left the direct path.
    "12, 12, false, 10, 1",
    "12, 600, false, 10, 1",
    "600, 12, false, 10, 1",
    "12, 600, true, 10, 1",
    "20, 20, false, 15, 1",
    "20, 600, false, 15, 1",
    "20, 600, true, 15, 1",
    "30, 30, false, 25, 0",
    "30, 600, true, 25, 0",
    "60, 60, false, 25, 0"
  })
  void anIdleLinkFindsTheIntervalThatItsNatsBear(
      long one, long other, boolean newPorts, long seconds, int losses) {
    KeepaliveWorld world = new KeepaliveWorld(one, other, newPorts);
    world.run(HOUR);
    long shorter = Math.min(world.one.keepalive.nanos(), world.other.keepalive.nanos());
    System.out.printf(
        "lifetimes %d s and %d s: interval %d and %d ms, left %d and %d times, away %d ms,"
            + " %d probes in an hour%n",
        one,
        other,
        world.one.keepalive.nanos() / MS,
        world.other.keepalive.nanos() / MS,
        world.one.left,
        world.other.left,
        Math.max(world.one.longestAway, world.other.longestAway) / MS,
        world.one.probes + world.other.probes);
    assertThat(shorter).isBetween(seconds * SECOND, seconds * SECOND + KeepaliveInterval.TURN);
    assertThat(world.one.left).isLessThanOrEqualTo(losses);
    assertThat(world.other.left).isLessThanOrEqualTo(losses);
    assertThat(world.one.longestAway).isLessThan(5 * SECOND);
    assertThat(world.other.longestAway).isLessThan(5 * SECOND);
    assertThat(world.one.isDirect()).isTrue();
    assertThat(world.other.isDirect()).isTrue();
  }

  @Test
  void twoIdlePeersTogetherSendLittleMoreThanOneProbePerInterval() {
    KeepaliveWorld world = new KeepaliveWorld(600, 600, false);
    world.run(HOUR);
    world.one.probes = 0;
    world.other.probes = 0;
    world.run(HOUR);
    assertThat(world.one.probes + world.other.probes).isLessThanOrEqualTo(150);
    assertThat(world.one.probes).as("they take turns").isBetween(60, 90);
  }

  @Test
  void whatOneLinkHasLearnedIsKeptForAllUntilTheNetworkChanges() {
    interval.lost(20 * SECOND, 0);
    assertThat(interval.nanos()).isEqualTo(15 * SECOND);
    interval.reset();
    outlive(20, 3_600 * SECOND);
    assertThat(interval.nanos()).isEqualTo(KeepaliveInterval.LONGEST);
  }

  @Test
  void whatWasTooLongIsNotTriedAgainForSixHours() {
    interval.lost(20 * SECOND, 0);
    outlive(1_000, KeepaliveInterval.REMEMBERED - 1_001 * 26 * SECOND);
    assertThat(interval.nanos()).isEqualTo(15 * SECOND);
    outlive(20, KeepaliveInterval.REMEMBERED + SECOND);
    assertThat(interval.nanos()).isEqualTo(KeepaliveInterval.LONGEST);
  }

  @Test
  void aPauseThatIsShorterThanTheIntervalProvesNothing() {
    for (int i = 1; i < 100; i++) {
      interval.survived(KeepaliveInterval.FIRST - 1, i * 20 * SECOND);
    }
    assertThat(interval.nanos()).isEqualTo(KeepaliveInterval.FIRST);
  }

  @Test
  void manyLinksThatOutliveTheSamePauseCountOnce() {
    for (int i = 0; i < 100; i++) {
      interval.survived(KeepaliveInterval.FIRST, SECOND + i);
    }
    assertThat(interval.nanos()).isEqualTo(KeepaliveInterval.FIRST);
  }

  @Test
  void itNeverLeavesItsBounds() {
    interval.lost(KeepaliveInterval.SHORTEST - 1, 0);
    assertThat(interval.nanos()).as("something else").isEqualTo(KeepaliveInterval.FIRST);
    interval.lost(KeepaliveInterval.SHORTEST, 0);
    interval.lost(KeepaliveInterval.SHORTEST, 0);
    assertThat(interval.nanos()).isEqualTo(KeepaliveInterval.SHORTEST);
  }

  @Test
  void aPeerThatIsGoneIsNotTakenForADeadBinding() {
    SimulatedPaths net = new SimulatedPaths(1);
    PathAddress direct = SimulatedPaths.direct(1);
    net.add(direct).up = true;
    net.table.startProbing(net.now);
    net.run(60 * SECOND);
    net.wires.get(direct).up = false;
    net.run(60 * SECOND);
    net.table.stopProbing();
    net.wires.get(direct).up = true;
    net.table.startProbing(net.now);
    net.probes.clear();
    net.run(200 * SECOND);
    assertThat(net.probesOf(direct)).as("probes in 200 s").hasSizeLessThan(15);
  }

  /** So many pauses of the length that is due, one after the other. */
  private void outlive(int times, long from) {
    long now = from;
    for (int i = 0; i < times; i++) {
      now += interval.nanos() + SECOND;
      interval.survived(interval.nanos(), now);
    }
  }
}
