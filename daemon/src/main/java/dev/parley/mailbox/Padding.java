package dev.parley.mailbox;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;

/** {@code length (4) || content || zeros}, up to the smallest size class that holds it. */
final class Padding {
  private Padding() {}

  /** Empty when the content is larger than any class holds. */
  static Optional<byte[]> pad(ByteString content) {
    return SizeClass.holding(content.size())
        .map(
            size -> {
              ByteBuffer padded = ByteBuffer.allocate(size.paddedBytes());
              padded.putInt(content.size()).put(content.asReadOnlyByteBuffer());
              return padded.array();
            });
  }

  /**
   * The content. Empty when it is not padded as {@link #pad} does it: a sender may neither hide
   * bytes behind the content nor choose a size that says something.
   */
  static Optional<ByteString> strip(byte[] padded) {
    if (padded.length < SealedMessage.LENGTH_BYTES) {
      return Optional.empty();
    }
    int length = ByteBuffer.wrap(padded).getInt();
    if (length < 0
        || length > padded.length - SealedMessage.LENGTH_BYTES
        || SizeClass.holding(length)
            .filter(size -> size.paddedBytes() == padded.length)
            .isEmpty()) {
      return Optional.empty();
    }
    int end = SealedMessage.LENGTH_BYTES + length;
    for (int at = end; at < padded.length; at++) {
      if (padded[at] != 0) {
        return Optional.empty();
      }
    }
    return Optional.of(ByteString.copyFrom(padded, SealedMessage.LENGTH_BYTES, length));
  }
}
