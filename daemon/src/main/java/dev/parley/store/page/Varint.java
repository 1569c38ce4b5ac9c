package dev.parley.store.page;

import org.jspecify.annotations.Nullable;

/**
 * A variable-length integer: seven bits a byte, most significant first, and all eight of a ninth.
 *
 * @param end the position behind it
 */
record Varint(long value, int end) {
  private static final int MAX_BYTES = 9;

  /** Null when it does not end in time. */
  static @Nullable Varint read(byte[] bytes, int at, int limit) {
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      if (at + i >= limit) {
        return null;
      }
      byte b = bytes[at + i];
      if (i == MAX_BYTES - 1) {
        return new Varint(value << 8 | b & 0xff, at + i + 1);
      }
      value = value << 7 | b & 0x7f;
      if (b >= 0) {
        return new Varint(value, at + i + 1);
      }
    }
    return null;
  }
}
