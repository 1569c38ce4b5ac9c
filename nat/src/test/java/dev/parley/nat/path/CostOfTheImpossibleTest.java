package dev.parley.nat.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.sim.Internet;
import dev.parley.nat.sim.Meter;
import dev.parley.nat.sim.MiniNode;
import dev.parley.nat.sim.NatRules;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What two peers who can only ever be relayed spend on trying. */
class CostOfTheImpossibleTest {
  private static final long HOUR = Duration.ofHours(1).toNanos();

  /** Of each side: its own address at home, and one port per STUN server of a symmetric NAT. */
  private static final int STUN_SERVERS = 2;

  private static final int ADDRESSES = 1 + STUN_SERVERS;

  private static final int HEADERS = 28;

  /** At 0, 5, 15, 35 … s and every five minutes of not being direct. */
  private static final int ATTEMPTS_IN_FIRST_HOUR = 18;

  private static final int ATTEMPTS_PER_HOUR = 13;

  /** STUN servers are asked every ten minutes too. */
  private static final int OTHER_QUESTIONS = 6;

  /** A binding request that is not answered is repeated so often, and is so large. */
  private static final int REQUESTS = 5;

  private static final int REQUEST_BYTES = 28 + HEADERS;

  @Test
  void theFirstHourOfAnIdlePairIsBoundedByTheRoundsOfChecking() {
    Pair pair = new Pair();
    pair.pass(Duration.ofHours(1));
    pair.assertCost("first hour", roundsIn(HOUR), ATTEMPTS_IN_FIRST_HOUR);
  }

  @Test
  void anHourOfTheLongRunIsBoundedByTheLargestPause() {
    Pair pair = new Pair();
    pair.pass(Duration.ofHours(5));
    pair.alice.meter().reset();
    pair.pass(Duration.ofHours(1));
    long rounds = 1 + HOUR / (ProbeSchedule.LARGEST_PAUSE + roundNanos());
    pair.assertCost("sixth hour", rounds, ATTEMPTS_PER_HOUR);
  }

  @Test
  void trafficOverTheRelayCostsNoMoreProbes() {
    Pair pair = new Pair();
    for (int second = 0; second < 3_600; second++) {
      pair.alice.say(pair.bob);
      pair.bob.say(pair.alice);
      pair.pass(Duration.ofSeconds(1));
    }
    pair.assertCost("busy hour", roundsIn(HOUR), ATTEMPTS_IN_FIRST_HOUR);
  }

  private static long roundNanos() {
    // 100 + 200 + 400 + 800 + 1,600 ms.
    return ProbeSchedule.FIRST_CHECK_TIMEOUT * ((1 << ProbeSchedule.CHECKS_PER_ROUND) - 1);
  }

  private static int roundsIn(long time) {
    int rounds = 0;
    long pause = ProbeSchedule.FIRST_PAUSE;
    for (long at = 0; at < time; at += roundNanos() + pause, rounds++) {
      pause = rounds == 0 ? pause : Math.min(2 * pause, ProbeSchedule.LARGEST_PAUSE);
    }
    return rounds;
  }

  private static final class Pair {
    final Internet internet = new Internet(1);
    final MiniNode alice = internet.behind(NatRules.SYMMETRIC).node("alice");
    final MiniNode bob = internet.behind(NatRules.SYMMETRIC).node("bob");

    Pair() {
      internet.time.run(Duration.ofSeconds(1));
      alice.dial(bob);
    }

    void pass(Duration time) {
      internet.time.run(time);
    }

    /** A round for every address at its turn, and one for each that a STUN server tells anew. */
    void assertCost(String what, long rounds, int attempts) {
      int asks = attempts + OTHER_QUESTIONS;
      long told = (long) STUN_SERVERS * asks;
      long probes = (ADDRESSES * rounds + told) * ProbeSchedule.CHECKS_PER_ROUND;
      long requests = told + (long) attempts * (ADDRESSES + STUN_SERVERS) * REQUESTS;
      long packets = probes + requests;
      long bytes = probes * (Probe.FULL + HEADERS) + requests * REQUEST_BYTES;
      Meter meter = alice.meter();
      System.out.printf(
          "symmetric x symmetric, %s: %d packets and %d bytes from each side, at most %d and %d%n",
          what, meter.packets(), meter.bytes(), packets, bytes);
      assertThat(alice.isDirectTo(bob)).isFalse();
      assertThat(meter.packets()).isBetween(packets / 2, packets);
      assertThat(meter.bytes()).isLessThanOrEqualTo(bytes);
    }
  }
}
