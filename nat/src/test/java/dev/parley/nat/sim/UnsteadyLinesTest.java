package dev.parley.nat.sim;

import static dev.parley.nat.sim.NatRules.PORT_RESTRICTED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that lose, delay, repeat and swap packets must not move a link that works. */
class UnsteadyLinesTest {
  private static final Duration HALF_HOUR = Duration.ofMinutes(30);
  private static final Duration PAUSE = Duration.ofMillis(100);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void twoPercentOfLossMoveNothing(long seed) {
    Couple couple = Couple.direct(seed, PORT_RESTRICTED, PORT_RESTRICTED);
    couple.alice.site().line().loss(0.02);
    int switches = couple.switches();
    couple.talk(HALF_HOUR, PAUSE);
    assertThat(couple.switches()).as("seed %d", seed).isEqualTo(switches);
    assertThat(couple.areDirect()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void withTwentyPercentOfLossAPathIsLeftSeldomAndForSeconds(long seed) {
    Couple couple = Couple.direct(seed, PORT_RESTRICTED, PORT_RESTRICTED);
    couple.alice.site().line().loss(0.2);
    int switches = couple.switches();
    long begun = couple.internet.time.millis();
    long relayed = 0;
    while (couple.internet.time.millis() - begun < HALF_HOUR.toMillis()) {
      couple.talk(PAUSE, PAUSE);
      relayed += couple.areDirect() ? 0 : PAUSE.toMillis();
    }
    int moves = couple.switches() - switches;
    System.out.printf(
        "seed %d, 20 %% loss: %d switches, %d s not direct in %d s, longest gap %d ms%n",
        seed, moves, relayed / 1_000, HALF_HOUR.toSeconds(), couple.longestGapMillis());
    assertThat(moves).isLessThan(200);
    assertThat(relayed).isLessThan(HALF_HOUR.toMillis() / 10);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void packetsThatChangePlacesOrComeTwiceMoveNothing(long seed) {
    Couple couple = Couple.direct(seed, PORT_RESTRICTED, PORT_RESTRICTED);
    couple.alice.site().line().jitter(Duration.ofMillis(30)).reordered(0.2).duplicated(0.2);
    int switches = couple.switches();
    couple.talk(HALF_HOUR, PAUSE);
    assertThat(couple.switches()).as("seed %d", seed).isEqualTo(switches);
    assertThat(couple.mostCopies()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void twoPathsOfEqualWorthAreNotSwappedForEver(long seed) {
    Internet internet = new Internet(seed);
    Site home = internet.behind(PORT_RESTRICTED.hairpinning());
    Couple couple = new Couple(internet, home, home.guest());
    home.line().jitter(Duration.ofMillis(5));
    couple.alice.dial(couple.bob);
    couple.talk(Duration.ofSeconds(10));
    assertThat(couple.areDirect()).isTrue();
    int switches = couple.switches();
    couple.talk(HALF_HOUR, PAUSE);
    assertThat(couple.switches()).isEqualTo(switches);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aPathThatComesAndGoesEverySixSecondsLeavesNoGapOfThree(long seed) {
    Couple couple = Couple.direct(seed, PORT_RESTRICTED, PORT_RESTRICTED);
    couple.talk(Duration.ofSeconds(3));
    couple.forgetHeard();
    int switches = couple.switches();
    for (int i = 0; i < 50; i++) {
      couple.cut(i % 2 == 0);
      couple.talk(Duration.ofSeconds(6));
    }
    System.out.printf(
        "seed %d, flapping: %d switches in 50 changes, longest gap %d ms%n",
        seed, couple.switches() - switches, couple.longestGapMillis());
    assertThat(couple.longestGapMillis()).isLessThan(3_000);
    assertThat(couple.switches() - switches).isLessThanOrEqualTo(100);
  }
}
