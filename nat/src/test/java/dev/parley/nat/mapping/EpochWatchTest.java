package dev.parley.nat.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6887 §8.5. */
final class EpochWatchTest {
  @ParameterizedTest
  @CsvSource({
    "1000, 1060, 60, true",
    "1000, 1000, 0, true",
    // an answer that another has overtaken
    "1000, 999, 0, true",
    "1000, 998, 0, false",
    // a clock that is off by a sixteenth, and one that is off by more
    "1000, 1056, 59, true",
    "1000, 1100, 60, false",
    "1000, 1030, 60, false",
    "1000, 5, 60, false",
    "0, 4294967295, 60, false"
  })
  void aClockThatDoesNotFitOursHasBegunAnew(
      long before, long after, long passedSeconds, boolean continuous) {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    EpochWatch watch = new EpochWatch(nanos::get);
    assertThat(watch.isContinuous(before)).isTrue();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(passedSeconds));
    assertThat(watch.isContinuous(after)).isEqualTo(continuous);
  }
}
