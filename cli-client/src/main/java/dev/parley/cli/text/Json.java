package dev.parley.cli.text;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object (RFC 8259) in the order of the calls. Small on purpose: a library would
 * cost more at start than everything that a command prints.
 */
public final class Json {
  private final StringBuilder text = new StringBuilder("{");

  public Json put(String name, @Nullable String value) {
    key(name);
    if (value == null) {
      text.append("null");
    } else {
      quote(value);
    }
    return this;
  }

  public Json put(String name, long value) {
    key(name).append(value);
    return this;
  }

  public Json put(String name, boolean value) {
    key(name).append(value);
    return this;
  }

  public Json putNull(String name) {
    key(name).append("null");
    return this;
  }

  /** Milliseconds with up to three decimals, or null when the microseconds are 0: unknown. */
  public Json putMillis(String name, long micros) {
    key(name).append(micros == 0 ? "null" : millis(micros));
    return this;
  }

  /** RFC 3339, in UTC. */
  public Json putTime(String name, long millisOfEpoch) {
    return put(name, Instant.ofEpochMilli(millisOfEpoch).toString());
  }

  public Json putStrings(String name, List<String> values) {
    key(name).append('[');
    for (int i = 0; i < values.size(); i++) {
      text.append(i == 0 ? "" : ",");
      quote(values.get(i));
    }
    text.append(']');
    return this;
  }

  public Json putObjects(String name, List<Json> values) {
    key(name).append('[');
    for (int i = 0; i < values.size(); i++) {
      text.append(i == 0 ? "" : ",").append(values.get(i));
    }
    text.append(']');
    return this;
  }

  /** An object, or null. */
  public Json putObject(String name, @Nullable Json value) {
    key(name).append(value == null ? "null" : value.toString());
    return this;
  }

  public Json putCounts(String name, Map<String, Long> counts) {
    Json object = new Json();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(count -> object.put(count.getKey(), count.getValue()));
    key(name).append(object);
    return this;
  }

  static String millis(long micros) {
    BigDecimal millis = BigDecimal.valueOf(micros, 3).stripTrailingZeros();
    return millis.toPlainString();
  }

  private StringBuilder key(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    quote(name);
    return text.append(':');
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          // Beyond what the RFC asks for: C1 controls would act on a terminal that shows the JSON.
          if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) {
            text.append("\\u00").append(hex(c >> 4)).append(hex(c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  private static char hex(int nibble) {
    return Character.forDigit(nibble & 0xf, 16);
  }

  @Override
  public String toString() {
    return text + "}";
  }
}
