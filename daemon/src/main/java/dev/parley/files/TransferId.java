package dev.parley.files;

import com.google.common.base.Ascii;
import com.google.common.io.BaseEncoding;
import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Names a transfer at both of its ends: 16 random bytes, chosen by the sender. Printed as 26
 * characters of lowercase base32. Immutable.
 */
public record TransferId(ByteString bytes) {
  public static final int BYTES = 16;

  /** Characters of the printed form. */
  public static final int TEXT_LENGTH = 26;

  private static final BaseEncoding BASE32 = BaseEncoding.base32().lowerCase().omitPadding();

  public TransferId {
    if (bytes.size() != BYTES) {
      throw new IllegalArgumentException("a transfer id has 16 bytes, not " + bytes.size());
    }
  }

  /** A fresh id. {@code random} must be cryptographically strong. */
  public static TransferId next(RandomGenerator random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new TransferId(ByteString.copyFrom(bytes));
  }

  /** The id in these bytes of unknown origin, or empty when there are not exactly 16. */
  public static Optional<TransferId> tryOf(ByteString bytes) {
    return bytes.size() == BYTES ? Optional.of(new TransferId(bytes)) : Optional.empty();
  }

  /** The id that this text prints, or empty when it is none. */
  public static Optional<TransferId> parse(String text) {
    String lower = Ascii.toLowerCase(text);
    if (text.length() != TEXT_LENGTH || !BASE32.canDecode(lower)) {
      return Optional.empty();
    }
    TransferId id = new TransferId(ByteString.copyFrom(BASE32.decode(lower)));
    return id.toString().equals(lower) ? Optional.of(id) : Optional.empty();
  }

  @Override
  public String toString() {
    return BASE32.encode(bytes.toByteArray());
  }
}
