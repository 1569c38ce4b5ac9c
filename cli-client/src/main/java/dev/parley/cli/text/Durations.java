package dev.parley.cli.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write and read them. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h)");

  /** A hundred years: more is a slip, and after 292 years a count of nanoseconds runs over. */
  static final Duration LONGEST = Duration.ofDays(36_500);

  private Durations() {}

  /** Of "500ms", "10s", "1.5s", "2m" or "1h"; empty when it is none, or longer than any wait. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long unitMicros =
        switch (matcher.group(2)) {
          case "ms" -> 1_000L;
          case "s" -> 1_000_000L;
          case "m" -> 60_000_000L;
          default -> 3_600_000_000L;
        };
    long micros =
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unitMicros)).longValue();
    return Optional.of(Duration.of(micros, ChronoUnit.MICROS))
        .filter(duration -> duration.compareTo(LONGEST) <= 0);
  }

  /** Short and rounded: "420 µs", "1.2 ms", "3.4 s", "5 min", "2 h", "3 d". */
  public static String show(Duration duration) {
    long micros = duration.toNanos() / 1_000;
    if (micros < 1_000) {
      return micros + " µs";
    }
    if (micros < 1_000_000) {
      return rounded(micros, 3) + " ms";
    }
    if (micros < 60_000_000) {
      return rounded(micros, 6) + " s";
    }
    if (duration.toMinutes() < 60) {
      return duration.toMinutes() + " min";
    }
    return duration.toHours() < 48 ? duration.toHours() + " h" : duration.toDays() + " d";
  }

  private static String rounded(long micros, int scale) {
    BigDecimal value = BigDecimal.valueOf(micros, scale);
    int digits = value.compareTo(BigDecimal.TEN) < 0 ? 1 : 0;
    return value.setScale(digits, RoundingMode.HALF_UP).toPlainString();
  }
}
