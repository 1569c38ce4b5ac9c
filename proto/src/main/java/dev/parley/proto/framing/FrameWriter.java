package dev.parley.proto.framing;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Encodes messages as frames, several in one buffer, so that they go out in one write. */
public final class FrameWriter {
  private FrameWriter() {}

  /**
   * The frames of {@code messages}, one after the other.
   *
   * @throws IllegalArgumentException when one is larger than {@code maxFrameBytes}: a bug here, for
   *     whoever accepts a message checks its size first
   */
  public static byte[] encode(List<? extends MessageLite> messages, int maxFrameBytes) {
    int total = 0;
    for (MessageLite message : messages) {
      int size = message.getSerializedSize();
      if (size > maxFrameBytes) {
        throw new IllegalArgumentException(
            "a frame of " + size + " bytes where at most " + maxFrameBytes + " are allowed");
      }
      total += CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }
    byte[] out = new byte[total];
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    try {
      for (MessageLite message : messages) {
        coded.writeUInt32NoTag(message.getSerializedSize());
        message.writeTo(coded);
      }
      coded.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return out;
  }
}
