package dev.parley.nat.sim;

import static dev.parley.nat.sim.NatRules.FULL_CONE;
import static dev.parley.nat.sim.NatRules.PORT_RESTRICTED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Direct paths that end, and come back. */
class LosingPathsTest {
  private static final Duration HOUR = Duration.ofHours(1);

  /** What is promised, from the last datagram on the dead path to the first on another. */
  private static final long FALL_BACK_MILLIS = 3_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anIdlePathOutlivesBindingsOfTwentySeconds(long seed) {
    NatRules shortLived = PORT_RESTRICTED.lasting(Duration.ofSeconds(20));
    Couple couple = Couple.direct(seed, shortLived, shortLived);
    couple.talk(Duration.ofSeconds(1));
    int switches = couple.switches();
    couple.forgetHeard();
    couple.pass(HOUR);
    couple.forgetCopies();
    couple.talk(Duration.ofSeconds(5));
    assertThat(couple.areDirect()).isTrue();
    assertThat(couple.switches()).isEqualTo(switches);
    assertThat(couple.alice.heardOf(couple.bob).distinct()).isGreaterThan(245);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aPathThatDiesAmidTrafficIsLeftInTimeAndTakenAgainWhenItHeals(long seed) {
    Couple couple = Couple.direct(seed, PORT_RESTRICTED, PORT_RESTRICTED);
    // Anywhere between two probes.
    couple.talk(Duration.ofSeconds(5).plusMillis(170 * seed));
    couple.forgetHeard();
    couple.cut(true);
    couple.talk(Duration.ofMillis(FALL_BACK_MILLIS));
    assertThat(couple.areRelayed()).isTrue();
    couple.talk(Duration.ofSeconds(10));
    long gap = couple.longestGapMillis();
    assertThat(gap).isLessThan(FALL_BACK_MILLIS);
    couple.cut(false);
    long back = couple.talkUntilDirect(Duration.ofSeconds(40));
    assertThat(back).isNotNegative();
    couple.talk(Duration.ofSeconds(5));
    assertThat(couple.longestGapMillis()).isEqualTo(gap);
    System.out.printf("seed %d: longest gap %d ms, direct %d ms after healing%n", seed, gap, back);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aPathThatDiedWhileNobodySpokeDelaysNothing(long seed) {
    Couple couple = Couple.direct(seed, PORT_RESTRICTED, PORT_RESTRICTED);
    couple.pass(Duration.ofMinutes(1));
    couple.cut(true);
    couple.pass(Duration.ofSeconds(2));
    couple.forgetHeard();
    long said = couple.internet.time.millis();
    couple.alice.say(couple.bob);
    boolean heard =
        couple.internet.time.runUntil(
            () -> couple.bob.heardOf(couple.alice).distinct() > 0, Duration.ofSeconds(5));
    assertThat(heard).isTrue();
    // The copy over the relay.
    assertThat(couple.internet.time.millis() - said).isLessThan(100);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aRouterThatRestartsWithNewPortsCostsNoMoreThanAFallBack(long seed) {
    Couple couple = Couple.direct(seed, PORT_RESTRICTED, PORT_RESTRICTED);
    couple.talk(Duration.ofSeconds(5));
    couple.forgetHeard();
    couple.alice.site().nat().reboot();
    couple.talk(Duration.ofSeconds(4));
    long back = couple.talkUntilDirect(Duration.ofSeconds(30));
    System.out.printf("seed %d: direct %d ms after the fall back%n", seed, back);
    assertThat(couple.longestGapMillis()).isLessThan(FALL_BACK_MILLIS);
    assertThat(back).isNotNegative();
  }

  @Test
  void aPeerThatKeepsItsPortIsFoundByItsOwnProbesWhenTheOthersRouterRestarts() {
    Couple couple = Couple.direct(1, PORT_RESTRICTED, FULL_CONE);
    couple.talk(Duration.ofSeconds(5));
    couple.forgetHeard();
    couple.alice.site().nat().reboot();
    couple.talk(Duration.ofSeconds(10));
    assertThat(couple.areDirect()).isTrue();
    assertThat(couple.longestGapMillis()).isLessThan(FALL_BACK_MILLIS);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aNewAddressIsDirectAgainWithinSeconds(long seed) {
    Couple couple = Couple.direct(seed, PORT_RESTRICTED, PORT_RESTRICTED);
    couple.talk(Duration.ofSeconds(5));
    couple.forgetHeard();
    couple.alice.changeAddress();
    couple.talk(Duration.ofSeconds(5));
    assertThat(couple.areDirect()).isTrue();
    assertThat(couple.longestGapMillis()).isLessThan(FALL_BACK_MILLIS);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aPeerThatRestartsIsLinkedAnewByItsNotice(long seed) {
    Couple couple = Couple.direct(seed, PORT_RESTRICTED, PORT_RESTRICTED);
    couple.talk(Duration.ofSeconds(5));
    couple.forgetHeard();
    couple.bob.restart();
    couple.talk(Duration.ofSeconds(3));
    assertThat(couple.areDirect()).isTrue();
    assertThat(couple.alice.paths().held().flows()).isEqualTo(1);
    assertThat(couple.bob.paths().held().flows()).isEqualTo(1);
  }
}
