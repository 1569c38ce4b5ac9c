package dev.parley.nat.stun;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Optional;

/** Cuts a datagram into attributes and refuses whatever RFC 8489 does not allow. */
final class StunParser {
  private StunParser() {}

  static Optional<StunMessage> parse(ByteBuf datagram) {
    if (!StunMessage.looksLikeStun(datagram) || datagram.readableBytes() > StunMessage.MAX_BYTES) {
      return Optional.empty();
    }
    int length = datagram.getUnsignedShort(datagram.readerIndex() + 2);
    // RFC 8489 §5: the length omits the header and is always a multiple of four.
    if (length % 4 != 0 || length != datagram.readableBytes() - StunMessage.HEADER_BYTES) {
      return Optional.empty();
    }
    byte[] bytes = ByteBufUtil.getBytes(datagram);
    return attributes(bytes).map(found -> new StunMessage(bytes, found));
  }

  private static Optional<ImmutableList<StunMessage.Attribute>> attributes(byte[] bytes) {
    ImmutableList.Builder<StunMessage.Attribute> found = ImmutableList.builder();
    boolean afterIntegrity = false;
    int count = 0;
    int at = StunMessage.HEADER_BYTES;
    while (at < bytes.length) {
      int type = unsignedShort(bytes, at);
      int length = unsignedShort(bytes, at + 2);
      int next = at + 4 + (length + 3 & ~3);
      if (next > bytes.length || ++count > StunMessage.MAX_ATTRIBUTES) {
        return Optional.empty();
      }
      boolean fingerprint = type == StunAttributes.FINGERPRINT;
      if (fingerprint && !(next == bytes.length && fingerprintIsRight(bytes, at, length))) {
        return Optional.empty();
      }
      // RFC 8489 §14.5: what follows MESSAGE-INTEGRITY is not protected by it and must be ignored.
      if (!afterIntegrity || fingerprint) {
        found.add(new StunMessage.Attribute(type, at + 4, length));
      }
      afterIntegrity |= type == StunAttributes.MESSAGE_INTEGRITY;
      at = next;
    }
    return Optional.of(found.build());
  }

  private static boolean fingerprintIsRight(byte[] bytes, int at, int length) {
    return length == 4
        && StunIntegrity.fingerprint(bytes, at)
            == (unsignedShort(bytes, at + 4) << 16 | unsignedShort(bytes, at + 6));
  }

  private static int unsignedShort(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }
}
