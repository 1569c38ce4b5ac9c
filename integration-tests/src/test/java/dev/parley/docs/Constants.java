package dev.parley.docs;

import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a constant of the code, and the same number as the documentation writes it. */
final class Constants {
  private static final Pattern WRITTEN =
      Pattern.compile("([\\d,]+(?:\\.\\d+)?)(?: (ms|s|KiB|MiB))?(?: .*)?");
  private static final Map<String, Long> UNITS =
      Map.of("ms", 1_000_000L, "s", 1_000_000_000L, "KiB", 1L << 10, "MiB", 1L << 20);

  private Constants() {}

  /** Times in nanoseconds, everything else as it is. */
  static BigDecimal written(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no number with a unit");
    }
    BigDecimal number = new BigDecimal(matcher.group(1).replace(",", ""));
    String unit = matcher.group(2);
    return unit == null ? number : number.multiply(BigDecimal.valueOf(UNITS.get(unit)));
  }

  static BigDecimal inCode(String className, String field) {
    try {
      Field declared = Class.forName(className).getDeclaredField(field);
      declared.setAccessible(true);
      Object value = declared.get(null);
      if (value instanceof Duration duration) {
        return BigDecimal.valueOf(duration.toNanos());
      }
      BigDecimal number = new BigDecimal(value.toString());
      return number.multiply(BigDecimal.valueOf(nanosPerUnitIn(field)));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(className + " has no constant " + field + " any more", e);
    }
  }

  /** A rate per second is no time, though its name ends like one. */
  private static long nanosPerUnitIn(String field) {
    if (field.endsWith("_SECONDS")) {
      return UNITS.get("s");
    }
    boolean time = field.endsWith("_MILLIS") && !field.equals("MAX_TIME_MILLIS");
    return time ? UNITS.get("ms") : 1;
  }
}
