package dev.parley.mailbox;

import java.util.Arrays;
import java.util.Optional;

/**
 * The sizes that sealed messages have: the relay sees one of these, not the length of the text.
 *
 * <p>Few, because each one more tells more; the largest holds the largest envelope. A chat message
 * fits the first.
 */
public enum SizeClass {
  SMALL(1_024),
  MEDIUM(4_096),
  LARGE(16_384),
  LARGEST(66_560);

  private final int paddedBytes;

  SizeClass(int paddedBytes) {
    this.paddedBytes = paddedBytes;
  }

  /** Bytes of the content with its length and padding. */
  public int paddedBytes() {
    return paddedBytes;
  }

  /** Bytes of the whole sealed message. */
  public int sealedBytes() {
    return SealedMessage.HEADER_BYTES + paddedBytes + SealedMessage.TAG_BYTES;
  }

  /** The smallest that holds so many bytes of content, or empty when none does. */
  static Optional<SizeClass> holding(int contentBytes) {
    return Arrays.stream(values())
        .filter(size -> contentBytes <= size.paddedBytes - SealedMessage.LENGTH_BYTES)
        .findFirst();
  }

  /** The one whose sealed messages have exactly this size, or empty when none has. */
  public static Optional<SizeClass> ofSealed(int sealedBytes) {
    return Arrays.stream(values()).filter(size -> size.sealedBytes() == sealedBytes).findFirst();
  }
}
