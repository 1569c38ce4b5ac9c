package dev.parley.fuzz;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An input taken apart into what a target needs. Past the end everything is zero or empty. */
public final class Input {
  private final byte[] bytes;
  private int at;

  public Input(byte[] bytes) {
    this.bytes = bytes;
  }

  public boolean hasMore() {
    return at < bytes.length;
  }

  /** One byte, 0 to 255. */
  public int number() {
    return at < bytes.length ? bytes[at++] & 0xff : 0;
  }

  public boolean yes() {
    return (number() & 1) == 1;
  }

  /** As many bytes as the next two say, or as there are. */
  public byte[] piece() {
    int length = number() << 8 | number();
    int from = at;
    at = Math.min(bytes.length, at + length);
    return Arrays.copyOfRange(bytes, from, at);
  }

  public byte[] rest() {
    int from = at;
    at = bytes.length;
    return Arrays.copyOfRange(bytes, from, at);
  }

  public ByteString restString() {
    return ByteString.copyFrom(rest());
  }

  /** The rest as UTF-8; what is none becomes U+FFFD. */
  public String text() {
    return new String(rest(), StandardCharsets.UTF_8);
  }

  /** Pieces one after the other, as {@link #piece} takes them apart. */
  public static byte[] ofPieces(byte[]... pieces) {
    ByteString all = ByteString.EMPTY;
    for (byte[] piece : pieces) {
      byte[] length = {(byte) (piece.length >> 8), (byte) piece.length};
      all = all.concat(ByteString.copyFrom(length)).concat(ByteString.copyFrom(piece));
    }
    return all.toByteArray();
  }
}
