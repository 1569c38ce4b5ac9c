package dev.parley.proto.id;

import com.google.common.base.Ascii;
import com.google.common.io.BaseEncoding;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Names a message, for its sender and its receiver alike.
 *
 * <p>48 bits of milliseconds, then 80 random bits, so that ids made later sort later and an index
 * over them grows at its end. Printed as 26 characters of lowercase base32. Unique per sender:
 * receivers tell duplicates by (sender, message id). Immutable.
 */
public record MessageId(ByteString bytes) implements Comparable<MessageId> {
  public static final int BYTES = 16;

  /** Characters of the printed form. */
  public static final int TEXT_LENGTH = 26;

  private static final BaseEncoding BASE32 = BaseEncoding.base32().lowerCase().omitPadding();

  public MessageId {
    if (bytes.size() != BYTES) {
      throw new IllegalArgumentException("a message id has 16 bytes, not " + bytes.size());
    }
  }

  public static MessageId of(byte[] bytes) {
    return new MessageId(ByteString.copyFrom(bytes));
  }

  /** A fresh id. {@code random} must be cryptographically strong and may be shared by threads. */
  public static MessageId next(Instant now, RandomGenerator random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    long millis = now.toEpochMilli();
    ByteBuffer.wrap(bytes).putShort((short) (millis >>> 32)).putInt((int) millis);
    return of(bytes);
  }

  /** The id in these bytes of unknown origin, or empty when there are not exactly 16. */
  public static Optional<MessageId> tryOf(ByteString bytes) {
    return bytes.size() == BYTES ? Optional.of(new MessageId(bytes)) : Optional.empty();
  }

  /** The id that this text prints, or empty when it is none. */
  public static Optional<MessageId> parse(String text) {
    String lower = Ascii.toLowerCase(text);
    if (text.length() != TEXT_LENGTH || !BASE32.canDecode(lower)) {
      return Optional.empty();
    }
    MessageId id = of(BASE32.decode(lower));
    return id.toString().equals(lower) ? Optional.of(id) : Optional.empty();
  }

  public byte[] toByteArray() {
    return bytes.toByteArray();
  }

  @Override
  public int compareTo(MessageId other) {
    return ByteString.unsignedLexicographicalComparator().compare(bytes, other.bytes);
  }

  @Override
  public String toString() {
    return BASE32.encode(bytes.toByteArray());
  }
}
