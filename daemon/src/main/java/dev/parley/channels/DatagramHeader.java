package dev.parley.channels;

import java.nio.ByteBuffer;

/**
 * What precedes the payload of a datagram: the flow id that the receiver has chosen, and a sequence
 * number of 32 bits that wraps, both as varints.
 */
final class DatagramHeader {
  static final int MAX_FLOW = (1 << 28) - 1;

  /** A flow of at most four bytes, a sequence number of at most five. */
  static final int MAX_BYTES = 9;

  private static final int MAX_FLOW_BYTES = 4;
  private static final int MAX_SEQUENCE_BYTES = 5;

  private DatagramHeader() {}

  static void write(ByteBuffer out, int flow, int sequence) {
    writeVarint(out, flow);
    writeVarint(out, Integer.toUnsignedLong(sequence));
  }

  /** The flow id at the beginning of a datagram, or -1 when there is none. */
  static int readFlow(ByteBuffer in) {
    return (int) readVarint(in, MAX_FLOW_BYTES);
  }

  /** The sequence number behind the flow id, or -1 when there is none. */
  static long readSequence(ByteBuffer in) {
    long value = readVarint(in, MAX_SEQUENCE_BYTES);
    return value > 0xffff_ffffL ? -1 : value;
  }

  private static void writeVarint(ByteBuffer out, long value) {
    long rest = value;
    while (rest > 0x7f) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static long readVarint(ByteBuffer in, int maxBytes) {
    long value = 0;
    for (int i = 0; i < maxBytes && in.hasRemaining(); i++) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return next == 0 && i > 0 ? -1 : value;
      }
    }
    return -1;
  }
}
