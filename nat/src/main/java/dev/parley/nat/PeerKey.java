package dev.parley.nat;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Thirty-two opaque bytes that name a peer. What they mean is the caller's affair.
 *
 * <p>A value of four longs: no array to copy, and cheap to hash on the path of every packet.
 */
public record PeerKey(long a, long b, long c, long d) {
  public static final int BYTES = 32;

  public static PeerKey of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a peer key has 32 bytes, not " + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new PeerKey(in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  public byte[] toByteArray() {
    return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  /** The first eight bytes in hexadecimal: for logs. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(a);
  }
}
