package dev.parley.nat.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.PeerKey;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DialLimitsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final DialLimits limits = new DialLimits(0);

  private static PeerKey peer(int number) {
    return new PeerKey(1, 1, 1, number);
  }

  @Test
  void aPeerHasSoManyConnectsUnderWay() {
    for (int i = 0; i < DialLimits.MAX_PER_PEER; i++) {
      assertThat(limits.begin(peer(1), 0)).isTrue();
    }
    assertThat(limits.begin(peer(1), SECOND)).isFalse();
    limits.ended(peer(1));
    assertThat(limits.begin(peer(1), SECOND)).isTrue();
  }

  @Test
  void allPeersTogetherHaveSoManyUnderWay() {
    for (int i = 0; i < DialLimits.MAX; i++) {
      assertThat(limits.begin(peer(i), i * SECOND)).isTrue();
    }
    assertThat(limits.begin(peer(999), 100 * SECOND)).isFalse();
    assertThat(limits.size()).isEqualTo(DialLimits.MAX);
  }

  @Test
  void aPeerThatTellsAddressesWithoutEndHasUsConnectSoOften() {
    int begun = 0;
    for (long millis = 0; millis < 10_000; millis++) {
      if (limits.begin(peer(1), TimeUnit.MILLISECONDS.toNanos(millis))) {
        begun++;
        limits.ended(peer(1));
      }
    }
    assertThat(begun).isBetween(40, 44);
  }

  @Test
  void allPeersTogetherHaveUsConnectSoOften() {
    int begun = 0;
    for (int i = 0; i < 500; i++) {
      if (limits.begin(peer(i), 0)) {
        begun++;
        limits.ended(peer(i));
      }
    }
    assertThat(begun).isEqualTo((int) DialLimits.PER_SECOND);
  }
}
