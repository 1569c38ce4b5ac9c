package dev.parley.messaging;

import com.google.protobuf.ByteString;

/** What the frames of a MESSAGES stream may hold; docs/protocol.md lists them. */
final class WireLimits {
  /** Ids in one ReadReceipts. */
  static final int MAX_RECEIPT_IDS = 256;

  /** Ids in each list of an AckFrame. */
  static final int MAX_ACK_IDS = 1_024;

  /** The end of the year 9999: later times cannot be printed as RFC 3339. */
  static final long MAX_TIME_MILLIS = 253_402_300_799_999L;

  private WireLimits() {}

  /** Whether this is a content type that may be kept and shown. */
  static boolean isContentType(String type) {
    return !type.isEmpty()
        && ByteString.copyFromUtf8(type).size() <= Messages.MAX_CONTENT_TYPE_BYTES
        && type.chars().noneMatch(Character::isISOControl);
  }
}
