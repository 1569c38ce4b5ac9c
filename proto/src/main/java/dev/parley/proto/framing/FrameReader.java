package dev.parley.proto.framing;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Reassembles frames from bytes that arrive in pieces of any size.
 *
 * <p>Holds at most one incomplete frame: never more than {@code maxFrameBytes}, and never more than
 * has arrived, because the buffer grows with the bytes and not with the length that was announced.
 * Not thread-safe.
 */
public final class FrameReader {
  /** A length takes at most this many bytes: 28 bits, enough for every limit parley has. */
  public static final int MAX_LENGTH_BYTES = 4;

  private static final int FIRST_ALLOCATION = 512;

  private final int maxFrameBytes;
  private int length;
  private int lengthBytes;
  private boolean lengthKnown;
  private byte[] partial = new byte[0];
  private int filled;

  /**
   * @param maxFrameBytes largest frame that is accepted, from 1 to 2^28 - 1
   */
  public FrameReader(int maxFrameBytes) {
    if (maxFrameBytes < 1 || maxFrameBytes >= 1 << 28) {
      throw new IllegalArgumentException("maxFrameBytes must be 1 to 2^28 - 1: " + maxFrameBytes);
    }
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * Takes all of {@code in} and hands over each frame that is now complete.
   *
   * @throws FramingException when a length is over the limit or not in its shortest form; the
   *     stream cannot be read further
   */
  public void read(ByteBuffer in, Consumer<ByteString> frames) throws FramingException {
    while (in.hasRemaining()) {
      if (!lengthKnown) {
        readLength(in.get());
        if (lengthKnown && length == 0) {
          reset();
          frames.accept(ByteString.EMPTY);
        }
        continue;
      }
      if (filled == 0 && in.remaining() >= length) {
        ByteString whole = ByteString.copyFrom(in, length);
        reset();
        frames.accept(whole);
        continue;
      }
      append(in);
      if (filled == length) {
        ByteString whole = ByteString.copyFrom(partial, 0, length);
        reset();
        frames.accept(whole);
      }
    }
  }

  /** Whether the bytes so far end in the middle of a frame. */
  public boolean isAmidFrame() {
    return lengthBytes > 0;
  }

  private void readLength(byte next) throws FramingException {
    length |= (next & 0x7f) << (7 * lengthBytes);
    lengthBytes++;
    if (next < 0) {
      if (lengthBytes == MAX_LENGTH_BYTES) {
        throw new FramingException("a frame length of more than 4 bytes");
      }
      return;
    }
    if (next == 0 && lengthBytes > 1) {
      throw new FramingException("a frame length that is not in its shortest form");
    }
    if (length > maxFrameBytes) {
      throw new FramingException(
          "a frame of " + length + " bytes where at most " + maxFrameBytes + " are allowed");
    }
    lengthKnown = true;
  }

  private void append(ByteBuffer in) {
    int take = Math.min(in.remaining(), length - filled);
    if (filled + take > partial.length) {
      int grown = Math.max(filled + take, Math.max(FIRST_ALLOCATION, partial.length * 2));
      partial = java.util.Arrays.copyOf(partial, Math.min(grown, length));
    }
    in.get(partial, filled, take);
    filled += take;
  }

  private void reset() {
    length = 0;
    lengthBytes = 0;
    lengthKnown = false;
    filled = 0;
    partial = new byte[0];
  }
}
