package dev.parley.nat.path;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * The probe packet: asks whether a path carries datagrams both ways, and answers.
 *
 * <pre>
 *   0        1     2          10             18                        n-16
 *   +--------+-----+----------+--------------+----- - - -  -----------+---------------+
 *   | magic  | type| tag of   | transaction  | zeros up to the size   | HMAC-SHA-256, |
 *   |  0x05  |     | receiver | 8            |                        | first 16      |
 *   +--------+-----+----------+--------------+----- - - -  -----------+---------------+
 * </pre>
 *
 * <p>The first three bytes of a request's transaction are random, the other five number the
 * requests of one link and one direction from 0 on, so that a request is good once. An answer
 * repeats the transaction of its request.
 *
 * <p>An answer has the size of what it answers, so that a path is proven for that size both ways
 * and nobody's bytes are multiplied. The magic lies in the range that RFC 7983 §7 leaves to nobody,
 * clear of STUN, TURN channels and QUIC. A {@link #FORGOTTEN} notice carries 64 bytes of signature
 * in place of zeros and HMAC: its sender has no keys for the link any more.
 */
record Probe(int type, long tag, long transaction) {
  static final int MAGIC = 0x05;
  static final int REQUEST = 1;
  static final int ANSWER = 2;
  static final int FORGOTTEN = 3;

  /** Large enough for a notice to be no larger than the probe that caused it. */
  static final int SMALL = 128;

  /** The size of the largest QUIC datagram that is sent over an unmeasured path (RFC 9000 §14). */
  static final int FULL = 1_200;

  static final int HEADER = 18;
  static final int SIGNATURE_BYTES = 64;

  static boolean looksLikeOne(ByteBuf datagram) {
    return datagram.getUnsignedByte(datagram.readerIndex()) == MAGIC;
  }

  /** The header, or empty when the packet is no probe. Says nothing about who sent it. */
  static Optional<Probe> parse(ByteBuf in) {
    int start = in.readerIndex();
    int size = in.readableBytes();
    if (size < HEADER + ProbeKeys.TAG_BYTES || size > FULL) {
      return Optional.empty();
    }
    int type = in.getUnsignedByte(start + 1);
    boolean known =
        type == FORGOTTEN
            ? size == HEADER + SIGNATURE_BYTES
            : (type == REQUEST || type == ANSWER) && size >= SMALL;
    return known
        ? Optional.of(new Probe(type, in.getLong(start + 2), in.getLong(start + 10)))
        : Optional.empty();
  }

  static boolean isAuthentic(ByteBuf in, ProbeKeys keys) {
    int covered = in.readableBytes() - ProbeKeys.TAG_BYTES;
    byte[] expected = keys.authenticate(in.nioBuffer(in.readerIndex(), covered));
    byte[] found = new byte[ProbeKeys.TAG_BYTES];
    in.getBytes(in.readerIndex() + covered, found);
    return MessageDigest.isEqual(expected, found);
  }

  /** The packet, of exactly {@code size} bytes. */
  ByteBuf encode(ByteBufAllocator allocator, int size, ProbeKeys keys) {
    ByteBuf out = header(allocator, size);
    int covered = size - ProbeKeys.TAG_BYTES;
    out.writeZero(covered - HEADER);
    out.writeBytes(keys.authenticate(out.nioBuffer(0, covered)));
    return out;
  }

  ByteBuf encodeNotice(ByteBufAllocator allocator, byte[] signature) {
    return header(allocator, HEADER + SIGNATURE_BYTES).writeBytes(signature);
  }

  static byte[] signatureOf(ByteBuf notice) {
    byte[] signature = new byte[SIGNATURE_BYTES];
    notice.getBytes(notice.readerIndex() + HEADER, signature);
    return signature;
  }

  /** What a notice's signature covers: the tag and the transaction of the probe. */
  byte[] noticeBytes() {
    return java.nio.ByteBuffer.allocate(16).putLong(tag).putLong(transaction).array();
  }

  private ByteBuf header(ByteBufAllocator allocator, int size) {
    return allocator
        .directBuffer(size, size)
        .writeByte(MAGIC)
        .writeByte(type)
        .writeLong(tag)
        .writeLong(transaction);
  }
}
