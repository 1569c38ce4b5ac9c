package dev.parley.nat.stun;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * The value of MAPPED-ADDRESS and XOR-MAPPED-ADDRESS (RFC 8489 §14.1, §14.2).
 *
 * <p>The second is masked by the magic cookie and the transaction id, because some NATs rewrite
 * whatever looks like an address.
 */
final class StunAddress {
  private static final int IPV4 = 0x01;
  private static final int IPV6 = 0x02;

  private StunAddress() {}

  static Optional<InetSocketAddress> read(ByteBuf value, Optional<TransactionId> mask) {
    if (value.readableBytes() < 4) {
      return Optional.empty();
    }
    int family = value.skipBytes(1).readUnsignedByte();
    int port = value.readUnsignedShort();
    int expected = family == IPV4 ? 4 : family == IPV6 ? 16 : -1;
    if (value.readableBytes() != expected) {
      return Optional.empty();
    }
    byte[] ip = new byte[expected];
    value.readBytes(ip);
    if (mask.isPresent()) {
      port ^= StunMessage.MAGIC_COOKIE >>> 16;
      applyMask(ip, mask.get());
    }
    try {
      return Optional.of(new InetSocketAddress(InetAddress.getByAddress(ip), port));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + ip.length + " bytes", e);
    }
  }

  static void writeXored(ByteBuf out, InetSocketAddress address, TransactionId id) {
    byte[] ip = address.getAddress().getAddress();
    applyMask(ip, id);
    out.writeByte(0)
        .writeByte(ip.length == 4 ? IPV4 : IPV6)
        .writeShort(address.getPort() ^ StunMessage.MAGIC_COOKIE >>> 16)
        .writeBytes(ip);
  }

  /** The mask is the cookie, then the transaction id. */
  private static void applyMask(byte[] ip, TransactionId id) {
    for (int i = 0; i < ip.length; i++) {
      long word =
          i < 4
              ? StunMessage.MAGIC_COOKIE
              : i < 8 ? id.high() : i < 12 ? id.low() >>> 32 : id.low();
      ip[i] ^= (byte) (word >>> (24 - 8 * (i % 4)));
    }
  }
}
