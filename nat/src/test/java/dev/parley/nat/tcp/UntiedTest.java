package dev.parley.nat.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UntiedTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Untied untied = new Untied(0);

  private static InetAddress source(int number) {
    return InetAddresses.forString("198.51." + (100 + number / 250) + "." + (1 + number % 250));
  }

  @Test
  void oneSourceHoldsSoManyPlacesAtATime() {
    for (int i = 0; i < Untied.MAX_PER_SOURCE; i++) {
      assertThat(untied.admit(source(1), 0)).isTrue();
    }
    assertThat(untied.admit(source(1), SECOND)).isFalse();
    assertThat(untied.admit(source(2), SECOND)).isTrue();
    untied.left(source(1));
    assertThat(untied.admit(source(1), SECOND)).isTrue();
  }

  @Test
  void allTogetherHoldSoManyPlaces() {
    for (int i = 0; i < Untied.MAX; i++) {
      assertThat(untied.admit(source(i), i * SECOND)).isTrue();
    }
    assertThat(untied.admit(source(500), 1_000 * SECOND)).isFalse();
    assertThat(untied.size()).isEqualTo(Untied.MAX);
    untied.left(source(0));
    assertThat(untied.admit(source(500), 1_000 * SECOND)).isTrue();
  }

  @Test
  void allTogetherBeginSoManyPerSecond() {
    int admitted = 0;
    for (int i = 0; i < 3 * Untied.PER_SECOND; i++) {
      if (untied.admit(source(i), 0)) {
        admitted++;
        untied.left(source(i));
      }
    }
    assertThat(admitted).isEqualTo((int) Untied.PER_SECOND);
  }

  @Test
  void oneSourceBeginsSoManyPerSecondAndLeavesTheRestToOthers() {
    int admitted = 0;
    for (int i = 0; i < 3 * Untied.PER_SECOND; i++) {
      if (untied.admit(source(1), 0)) {
        admitted++;
        untied.left(source(1));
      }
    }
    assertThat(admitted).isEqualTo((int) Untied.PER_SOURCE_PER_SECOND);
    assertThat(untied.admit(source(2), 0)).isTrue();
  }

  @Test
  void theAddressesOfOneIpv6NetworkAreOneSource() {
    for (int i = 1; i <= Untied.MAX_PER_SOURCE; i++) {
      assertThat(untied.admit(InetAddresses.forString("2001:db8::" + i), 0)).isTrue();
    }
    assertThat(untied.admit(InetAddresses.forString("2001:db8::ffff"), 0)).isFalse();
    assertThat(untied.admit(InetAddresses.forString("2001:db8:0:1::1"), 0)).isTrue();
  }
}
