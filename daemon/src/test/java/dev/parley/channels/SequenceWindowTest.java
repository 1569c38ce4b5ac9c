package dev.parley.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceWindowTest {
  private final SequenceWindow window = new SequenceWindow();

  @Test
  void aNumberIsTakenOnce() {
    assertThat(window.take(0)).isTrue();
    assertThat(window.take(0)).isFalse();
    assertThat(window.take(2)).isTrue();
    assertThat(window.lost()).isEqualTo(1);
    assertThat(window.take(1)).isTrue();
    assertThat(window.lost()).isZero();
  }

  @Test
  void whatComesTooLateIsNotTaken() {
    assertThat(window.take(SequenceWindow.WIDTH)).isTrue();
    assertThat(window.take(0)).isFalse();
    assertThat(window.take(1)).isTrue();
    assertThat(window.lost()).isEqualTo(SequenceWindow.WIDTH - 1);
  }

  @Test
  void numbersWrap() {
    long last = 0;
    for (long number = 0; number < 1L << 34; number += 1L << 30) {
      assertThat(window.take((int) number)).isTrue();
      last = number;
    }
    assertThat(window.take((int) (last + 1))).isTrue();
    assertThat(window.take((int) (last - 1))).isTrue();
    assertThat(window.take((int) last)).isFalse();
    assertThat(window.lost()).isEqualTo(last + 2 - 18);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void reorderingWithinTheWindowLosesNothing(long seed) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 10 * SequenceWindow.WIDTH; i++) {
      numbers.add(i);
    }
    Random random = new Random(seed);
    for (int i = 0; i < numbers.size(); i += 500) {
      Collections.shuffle(numbers.subList(i, Math.min(i + 500, numbers.size())), random);
    }
    assertThat(numbers).allMatch(window::take);
    assertThat(window.lost()).isZero();
  }

  @Test
  void headersThatAreNoneAreToldApart() {
    assertThat(DatagramHeader.readFlow(ByteBuffer.allocate(0))).isEqualTo(-1);
    assertThat(DatagramHeader.readFlow(ByteBuffer.wrap(new byte[] {-128, 0}))).isEqualTo(-1);
    assertThat(DatagramHeader.readFlow(ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, 1})))
        .isEqualTo(-1);
    assertThat(DatagramHeader.readSequence(ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, 16})))
        .isEqualTo(-1);
  }
}
