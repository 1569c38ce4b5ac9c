package dev.parley.proto.id;

import com.google.common.base.Ascii;
import com.google.common.io.BaseEncoding;
import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * Names a peer: its Ed25519 public key.
 *
 * <p>Printed as 52 characters of lowercase base32 (RFC 4648 §6, no padding). Immutable. Ordered by
 * unsigned bytes; the order decides which of two simultaneously dialled connections stays.
 */
public record PeerId(ByteString key) implements Comparable<PeerId> {
  /** Bytes of an Ed25519 public key (RFC 8032 §5.1.5). */
  public static final int BYTES = 32;

  /** Characters of the printed form. */
  public static final int TEXT_LENGTH = 52;

  private static final BaseEncoding BASE32 = BaseEncoding.base32().lowerCase().omitPadding();

  public PeerId {
    if (key.size() != BYTES) {
      throw new IllegalArgumentException("a peer id has 32 bytes, not " + key.size());
    }
  }

  public static PeerId of(byte[] key) {
    return new PeerId(ByteString.copyFrom(key));
  }

  /** The id in these bytes of unknown origin, or empty when there are not exactly 32. */
  public static Optional<PeerId> tryOf(ByteString key) {
    return key.size() == BYTES ? Optional.of(new PeerId(key)) : Optional.empty();
  }

  /** The id that this text prints, or empty when it is none. Upper case is accepted. */
  public static Optional<PeerId> parse(String text) {
    if (text.length() != TEXT_LENGTH) {
      return Optional.empty();
    }
    String lower = Ascii.toLowerCase(text);
    if (!BASE32.canDecode(lower)) {
      return Optional.empty();
    }
    PeerId id = of(BASE32.decode(lower));
    // 52 characters carry 260 bits; only the text with four zero bits at its end is canonical.
    return id.toString().equals(lower) ? Optional.of(id) : Optional.empty();
  }

  public byte[] toByteArray() {
    return key.toByteArray();
  }

  /** The first ten characters: for people to tell peers apart, never to identify one. */
  public String shortForm() {
    return toString().substring(0, 10);
  }

  @Override
  public int compareTo(PeerId other) {
    return ByteString.unsignedLexicographicalComparator().compare(key, other.key);
  }

  @Override
  public String toString() {
    return BASE32.encode(key.toByteArray());
  }
}
