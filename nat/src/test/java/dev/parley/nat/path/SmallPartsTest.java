package dev.parley.nat.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The pacer, the token bucket and the replay window, each by itself. */
class SmallPartsTest {
  private static final long SECOND = 1_000_000_000;
  private static final long SEED = 42;

  @Test
  void aTokenBucketGivesItsBurstAndThenItsRate() {
    TokenBucket bucket = new TokenBucket(10, 0);
    assertThat(taken(bucket, 100, 0)).isEqualTo(10);
    assertThat(taken(bucket, 100, SECOND / 2)).isEqualTo(5);
    assertThat(taken(bucket, 100, 100 * SECOND)).isEqualTo(10);
  }

  private static int taken(TokenBucket bucket, int tries, long now) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += bucket.tryTake(now) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void aPacerIsOffUntilItHasARate() {
    Pacer pacer = new Pacer();
    assertThat(pacer.take(1 << 30, 0)).isZero();
    pacer.setRate(0.001, 0);
    pacer.setRate(0, 0);
    assertThat(pacer.take(1 << 30, 0)).isZero();
    pacer.setRate(-1, 0);
    assertThat(pacer.isOff()).isTrue();
    pacer.setRate(Double.NaN, 0);
    assertThat(pacer.isOff()).isTrue();
  }

  @Test
  void aPacerKeepsItsRateWithinOneBurst() {
    double rate = 0.01;
    Pacer pacer = new Pacer();
    pacer.setRate(rate, 0);
    long now = 0;
    long sent = 0;
    while (now < 10 * SECOND) {
      long wait = pacer.take(1200, now);
      if (wait == 0) {
        sent += 1200;
      }
      now += wait;
    }
    assertThat(sent).isBetween((long) (rate * 10 * SECOND), (long) (rate * 10 * SECOND) + 70_000);
  }

  @Test
  void noRateHoldsUpALinkForLongerThanABurstAtTheLowest() {
    Pacer pacer = new Pacer();
    pacer.setRate(1e-12, 0);
    long wait = 0;
    while (wait == 0) {
      wait = pacer.take(Pacer.MIN_BURST_BYTES, 0);
    }
    assertThat(wait).isLessThanOrEqualTo(SECOND);
    assertThat(pacer.take(1200, wait + 1)).isZero();
  }

  @Test
  void aReplayWindowTakesEveryNumberOnceInWhateverOrder() {
    ReplayWindow window = new ReplayWindow();
    Random random = new Random(SEED);
    Set<Long> seen = new HashSet<>();
    long newest = -1;
    for (int i = 0; i < 50_000; i++) {
      long number = Math.max(0, newest + random.nextInt(2 * ReplayWindow.SIZE) - ReplayWindow.SIZE);
      boolean tooOld = number <= newest - ReplayWindow.SIZE;
      assertThat(window.accept(number))
          .as("seed %s step %s number %s", SEED, i, number)
          .isEqualTo(!tooOld && seen.add(number));
      newest = Math.max(newest, number);
    }
  }

  @Test
  void aReplayWindowForgetsWhatIsTooOldAndSurvivesLeaps() {
    ReplayWindow window = new ReplayWindow();
    assertThat(window.accept(0)).isTrue();
    assertThat(window.accept(ReplayWindow.SIZE)).isTrue();
    assertThat(window.accept(0)).isFalse();
    assertThat(window.accept(1)).isTrue();
    assertThat(window.accept((1L << 40) - 1)).isTrue();
    assertThat(window.accept(ReplayWindow.SIZE)).isFalse();
    assertThat(window.accept((1L << 40) - 2)).isTrue();
    assertThat(window.accept(-1)).isFalse();
  }
}
