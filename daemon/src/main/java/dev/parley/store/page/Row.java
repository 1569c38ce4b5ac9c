package dev.parley.store.page;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record (§2.1).
 *
 * @param page where it was found
 * @param table whether it is of a table with row ids; otherwise of an index or a table without
 * @param rowId 0 where there is none
 * @param values each null, a Long, a byte[] or a String
 */
public record Row(int page, boolean table, long rowId, List<@Nullable Object> values) {
  /** More than any table of ours has. */
  static final int MAX_COLUMNS = 32;

  /** Empty when these bytes are no record of ours: floating point is not used either. */
  static Optional<Row> parse(int page, boolean table, long rowId, byte[] payload) {
    Varint header = Varint.read(payload, 0, payload.length);
    if (header == null || header.value() < 1 || header.value() > payload.length) {
      return Optional.empty();
    }
    int types = header.end();
    int bodyAt = (int) header.value();
    List<@Nullable Object> values = new ArrayList<>();
    while (types < header.value()) {
      Varint type = Varint.read(payload, types, (int) header.value());
      if (type == null || values.size() >= MAX_COLUMNS) {
        return Optional.empty();
      }
      types = type.end();
      long length = length(type.value());
      if (length < 0 || length > payload.length - bodyAt) {
        return Optional.empty();
      }
      values.add(value(type.value(), payload, bodyAt, (int) length));
      bodyAt += (int) length;
    }
    return bodyAt == payload.length
        ? Optional.of(new Row(page, table, rowId, values))
        : Optional.empty();
  }

  private static long length(long type) {
    if (type >= 12) {
      return (type - 12) / 2;
    }
    return switch ((int) type) {
      case 0, 8, 9 -> 0;
      case 1, 2, 3, 4 -> type;
      case 5 -> 6;
      case 6 -> 8;
      default -> -1;
    };
  }

  private static @Nullable Object value(long type, byte[] payload, int at, int length) {
    if (type == 0) {
      return null;
    }
    if (type == 8 || type == 9) {
      return type - 8;
    }
    if (type >= 12) {
      return type % 2 == 0
          ? Arrays.copyOfRange(payload, at, at + length)
          : new String(payload, at, length, StandardCharsets.UTF_8);
    }
    long number = payload[at];
    for (int i = 1; i < length; i++) {
      number = number << 8 | payload[at + i] & 0xff;
    }
    return number;
  }
}
