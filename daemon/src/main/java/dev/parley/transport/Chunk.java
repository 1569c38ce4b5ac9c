package dev.parley.transport;

/**
 * What a stream of bytes is made of on a QUIC stream: a byte that says what follows, three that say
 * how long it is, and that. Bytes alone could not say whether a direction that ends here is over or
 * goes on elsewhere.
 */
final class Chunk {
  static final int HEADER_BYTES = 4;

  /** Bytes of the stream. */
  static final int DATA = 0;

  /** The direction is over. Nothing follows; no payload. */
  static final int END = 1;

  /** The direction goes on on another leg, whose number is the payload: four bytes. */
  static final int MOVED = 2;

  static final int MOVED_BYTES = 4;

  /** The most that one chunk holds. */
  static final int MAX_BYTES = 64 * 1024;

  private Chunk() {}

  static int header(int type, int length) {
    return type << 24 | length;
  }

  static int type(int header) {
    return header >>> 24;
  }

  static int length(int header) {
    return header & 0xffffff;
  }

  /** Whether a peer may say so. */
  static boolean isValid(int header) {
    int length = length(header);
    return switch (type(header)) {
      case DATA -> length > 0 && length <= MAX_BYTES;
      case END -> length == 0;
      case MOVED -> length == MOVED_BYTES;
      default -> false;
    };
  }
}
