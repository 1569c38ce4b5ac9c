package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Bencoding (BEP 3), strictly: whatever is read is written again as the same bytes, which BEP 44's
 * signatures depend on. Bounded in size, depth and number of values. Pure.
 */
final class Bencode {
  /** A datagram of the DHT; those of others hardly pass 1,500. */
  static final int MAX_BYTES = 2_048;

  /** A message nests three levels; values of others may be anything. */
  static final int MAX_DEPTH = 8;

  static final int MAX_VALUES = 512;

  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();

  private Bencode() {}

  /** The one value that these bytes are, or empty when they are anything else. */
  static Optional<Bencoded> decode(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      Reader reader = new Reader(bytes);
      Bencoded value = reader.value(0);
      return reader.at == bytes.length ? Optional.of(value) : Optional.empty();
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  static ByteString encode(Bencoded value) {
    ByteString.Output out = ByteString.newOutput();
    write(value, out);
    return out.toByteString();
  }

  private static void write(Bencoded value, ByteString.Output out) {
    if (value instanceof Bencoded.Whole whole) {
      ascii("i" + whole.value() + "e", out);
    } else if (value instanceof Bencoded.Bytes bytes) {
      write(bytes.value(), out);
    } else if (value instanceof Bencoded.Items items) {
      out.write('l');
      items.values().forEach(item -> write(item, out));
      out.write('e');
    } else if (value instanceof Bencoded.Dict dict) {
      out.write('d');
      for (Map.Entry<ByteString, Bencoded> entry : dict.values().entrySet()) {
        write(entry.getKey(), out);
        write(entry.getValue(), out);
      }
      out.write('e');
    }
  }

  private static void write(ByteString bytes, ByteString.Output out) {
    ascii(bytes.size() + ":", out);
    byte[] copy = bytes.toByteArray();
    out.write(copy, 0, copy.length);
  }

  private static void ascii(String text, ByteString.Output out) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.write(bytes, 0, bytes.length);
  }

  /** Not bencoding, or beyond the bounds. Leaves this class never. */
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed() {
      super("no bencoding", null, false, false);
    }
  }

  private static final class Reader {
    private final byte[] bytes;
    private int at;
    private int values;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    Bencoded value(int depth) throws Malformed {
      if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
        throw new Malformed();
      }
      switch (peek()) {
        case 'i' -> {
          at++;
          return new Bencoded.Whole(number('e', true));
        }
        case 'l' -> {
          return list(depth);
        }
        case 'd' -> {
          return dict(depth);
        }
        default -> {
          return new Bencoded.Bytes(string());
        }
      }
    }

    private Bencoded list(int depth) throws Malformed {
      at++;
      ImmutableList.Builder<Bencoded> items = ImmutableList.builder();
      while (peek() != 'e') {
        items.add(value(depth + 1));
      }
      at++;
      return new Bencoded.Items(items.build());
    }

    private Bencoded dict(int depth) throws Malformed {
      at++;
      ImmutableSortedMap.Builder<ByteString, Bencoded> entries =
          new ImmutableSortedMap.Builder<>(ORDER);
      ByteString last = null;
      while (peek() != 'e') {
        ByteString key = string();
        if (last != null && ORDER.compare(last, key) >= 0) {
          throw new Malformed();
        }
        last = key;
        entries.put(key, value(depth + 1));
      }
      at++;
      return new Bencoded.Dict(entries.buildOrThrow());
    }

    private ByteString string() throws Malformed {
      long length = number(':', false);
      if (length > bytes.length - at) {
        throw new Malformed();
      }
      ByteString string = ByteString.copyFrom(bytes, at, (int) length);
      at += (int) length;
      return string;
    }

    /** Of 64 bits, without leading zeros and without a zero that is negative. */
    private long number(char end, boolean signed) throws Malformed {
      boolean negative = signed && peek() == '-';
      if (negative) {
        at++;
      }
      int begin = at;
      long value = 0;
      while (peek() != end) {
        int digit = bytes[at] - '0';
        boolean leadingZero = at > begin && bytes[begin] == '0';
        // Counted down, since the smallest number has no counterpart.
        if (digit < 0 || digit > 9 || leadingZero || value < (Long.MIN_VALUE + digit) / 10) {
          throw new Malformed();
        }
        value = value * 10 - digit;
        at++;
      }
      boolean empty = at == begin;
      at++;
      if (empty || negative && value == 0 || !negative && value == Long.MIN_VALUE) {
        throw new Malformed();
      }
      return negative ? value : -value;
    }

    private int peek() throws Malformed {
      if (at >= bytes.length) {
        throw new Malformed();
      }
      return bytes[at];
    }
  }
}
