package dev.parley.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.nat.ExpectedOutcomes;
import dev.parley.it.nat.ExpectedOutcomes.Pair;
import dev.parley.it.nat.NatKind;
import dev.parley.it.nat.Outcome;
import dev.parley.nat.path.PathKind;
import dev.parley.nat.sim.Internet;
import dev.parley.nat.sim.MiniNode;
import dev.parley.nat.sim.NatRules;
import dev.parley.nat.sim.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pair of networks meets, 40 ms apart, in virtual time. The simulator knows UDP and the
 * relay: what is direct over TCP alone is relayed in here.
 */
class NatMatrixSimTest {
  private static final int SEEDS = 20;
  private static final Duration STUN_ANSWERS = Duration.ofSeconds(1);
  private static final Duration DIRECT_WITHIN = Duration.ofSeconds(1);
  private static final Duration SETTLED = Duration.ofSeconds(30);

  /** The goal for two port-restricted networks. */
  private static final Pair GOAL = new Pair(NatKind.PORT_RESTRICTED, NatKind.PORT_RESTRICTED);

  private static final long MEDIAN_MILLIS = 300;

  static List<Pair> pairs() {
    return ExpectedOutcomes.pairs();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void everyPairEndsUpAsTheTableSays(Pair pair) {
    for (int seed = 0; seed < SEEDS; seed++) {
      Couple couple = new Couple(pair, seed);
      boolean direct = ExpectedOutcomes.of(pair.one(), pair.other()) == Outcome.DIRECT_UDP;
      assertThat(couple.meet(direct ? DIRECT_WITHIN : SETTLED))
          .as("direct, seed %d", seed)
          .isEqualTo(direct);
      couple.talkOver(direct ? PathKind.DIRECT : PathKind.RELAY, seed);
    }
  }

  @Test
  void theTimeToADirectPathIsWithinTheGoal() {
    Map<Pair, List<Long>> times = new LinkedHashMap<>();
    for (Pair pair : pairs()) {
      if (ExpectedOutcomes.of(pair.one(), pair.other()) == Outcome.DIRECT_UDP) {
        List<Long> sorted = new ArrayList<>();
        for (int seed = 0; seed < SEEDS; seed++) {
          Couple couple = new Couple(pair, seed);
          long begun = couple.internet.time.millis();
          assertThat(couple.meet(DIRECT_WITHIN)).as("%s, seed %d", pair, seed).isTrue();
          sorted.add(couple.internet.time.millis() - begun);
        }
        Collections.sort(sorted);
        times.put(pair, sorted);
      }
    }
    System.out.println(report(times));
    assertThat(times.get(GOAL).get(SEEDS / 2)).isLessThan(MEDIAN_MILLIS);
  }

  private static String report(Map<Pair, List<Long>> times) {
    StringBuilder report =
        new StringBuilder(
            "first contact to direct at both ends, virtual ms, %d ms round trip, %d seeds%n%-42s %8s %8s%n"
                .formatted(Internet.ROUND_TRIP.toMillis(), SEEDS, "", "median", "p95"));
    times.forEach(
        (pair, sorted) ->
            report.append(
                "%-42s %8d %8d%n"
                    .formatted(pair, sorted.get(SEEDS / 2), sorted.get(SEEDS * 95 / 100))));
    return report.toString();
  }

  private static Site site(Internet internet, NatKind kind) {
    return switch (kind) {
      case OPEN -> internet.open();
      case FULL_CONE -> internet.behind(NatRules.FULL_CONE);
      case ADDRESS_RESTRICTED -> internet.behind(NatRules.ADDRESS_RESTRICTED);
      case PORT_RESTRICTED -> internet.behind(NatRules.PORT_RESTRICTED);
      case DOUBLE_NAT -> internet.behind(NatRules.PORT_RESTRICTED, NatRules.PORT_RESTRICTED);
      case SYMMETRIC -> internet.behind(NatRules.SYMMETRIC);
      case UDP_BLOCKED -> internet.behind(NatRules.UDP_BLOCKED);
    };
  }

  /** Two nodes; whoever of them dials depends on the seed. */
  private static final class Couple {
    final Internet internet;
    final MiniNode dialler;
    final MiniNode other;

    Couple(Pair pair, int seed) {
      internet = new Internet(seed);
      boolean swapped = seed % 2 == 1;
      dialler = site(internet, swapped ? pair.other() : pair.one()).node("dialler");
      other = site(internet, swapped ? pair.one() : pair.other()).node("other");
      // A few of the packets change places.
      dialler.site().line().jitter(Duration.ofMillis(2));
      internet.time.run(STUN_ANSWERS);
    }

    boolean meet(Duration atMost) {
      dialler.dial(other);
      return internet.time.runUntil(
          () -> dialler.isDirectTo(other) && other.isDirectTo(dialler), atMost);
    }

    void talkOver(PathKind kind, int seed) {
      for (int i = 0; i < 50; i++) {
        dialler.say(other);
        other.say(dialler);
        internet.time.run(Duration.ofMillis(20));
      }
      internet.time.run(Duration.ofSeconds(1));
      assertThat(dialler.pathTo(other)).as("seed %d", seed).get().matches(p -> p.kind() == kind);
      assertThat(dialler.heardOf(other).distinct()).as("seed %d", seed).isEqualTo(50);
      assertThat(other.heardOf(dialler).distinct()).as("seed %d", seed).isEqualTo(50);
    }
  }
}
