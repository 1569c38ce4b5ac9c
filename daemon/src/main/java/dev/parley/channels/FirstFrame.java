package dev.parley.channels;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.parley.proto.framing.FrameWriter;
import dev.parley.proto.framing.FramingException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The one frame with which a side begins; what comes behind it is not read here. Not thread-safe.
 */
final class FirstFrame {
  /** Of an opening: a name, a type, a flow id, and room for what later versions add. */
  static final int MAX_OPEN_BYTES = 256;

  /** Of an answer: 200 characters and the like. */
  static final int MAX_ANSWER_BYTES = 1_024;

  private static final int MAX_LENGTH_BYTES = 2;

  private final int maxBytes;
  private byte[] frame = new byte[0];
  private int length;
  private int lengthBytes;
  private boolean lengthKnown;
  private int filled;

  FirstFrame(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  static ByteBuffer encode(MessageLite message, int maxBytes) {
    return ByteBuffer.wrap(FrameWriter.encode(List.of(message), maxBytes));
  }

  /**
   * Takes what belongs to the frame, and leaves the rest in {@code in}.
   *
   * @return the frame once it is complete; then this is of no further use
   * @throws FramingException when it is longer than may be
   */
  Optional<ByteString> read(ByteBuffer in) throws FramingException {
    while (!lengthKnown) {
      if (!in.hasRemaining()) {
        return Optional.empty();
      }
      readLength(in.get());
    }
    int take = Math.min(in.remaining(), length - filled);
    in.get(frame, filled, take);
    filled += take;
    return filled == length ? Optional.of(ByteString.copyFrom(frame)) : Optional.empty();
  }

  private void readLength(byte next) throws FramingException {
    length |= (next & 0x7f) << (7 * lengthBytes);
    lengthBytes++;
    if (next < 0) {
      if (lengthBytes == MAX_LENGTH_BYTES) {
        throw new FramingException("a first frame whose length has more than 2 bytes");
      }
      return;
    }
    if (next == 0 && lengthBytes > 1) {
      throw new FramingException("a frame length that is not in its shortest form");
    }
    if (length > maxBytes) {
      throw new FramingException("a first frame of " + length + " bytes");
    }
    lengthKnown = true;
    frame = new byte[length];
  }
}
