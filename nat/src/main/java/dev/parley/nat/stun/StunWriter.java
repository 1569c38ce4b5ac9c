package dev.parley.nat.stun;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Builds one message, attribute by attribute, in the order of the calls.
 *
 * <p>{@link #integrity} comes after all that it protects and {@link #fingerprint} last of all. Not
 * thread-safe.
 */
public final class StunWriter {
  private final TransactionId id;
  private final ByteBuf out = Unpooled.buffer(128, StunMessage.MAX_BYTES);

  private StunWriter(StunClass messageClass, int method, TransactionId id) {
    this.id = id;
    out.writeShort(StunMessage.typeOf(messageClass, method))
        .writeShort(0)
        .writeInt(StunMessage.MAGIC_COOKIE);
    id.write(out);
  }

  public static StunWriter binding(StunClass messageClass, TransactionId id) {
    return new StunWriter(messageClass, StunMessage.BINDING, id);
  }

  public StunWriter xorMappedAddress(InetSocketAddress address) {
    ByteBuf value = Unpooled.buffer(20);
    StunAddress.writeXored(value, address, id);
    return attribute(StunAttributes.XOR_MAPPED_ADDRESS, value);
  }

  /** Asks for an answer from elsewhere (RFC 5780 §7.2). */
  public StunWriter changeRequest(StunChange change) {
    return attribute(StunAttributes.CHANGE_REQUEST, Unpooled.copyInt(change.flags()));
  }

  public StunWriter username(String username) {
    byte[] utf8 = username.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > StunMessage.MAX_USERNAME_BYTES) {
      throw new IllegalArgumentException(
          "a STUN username of "
              + utf8.length
              + " bytes; at most "
              + StunMessage.MAX_USERNAME_BYTES);
    }
    return attribute(StunAttributes.USERNAME, Unpooled.wrappedBuffer(utf8));
  }

  public StunWriter error(StunError error) {
    ByteBuf value = Unpooled.buffer();
    value.writeShort(0).writeByte(error.code() / 100).writeByte(error.code() % 100);
    value.writeCharSequence(error.reason(), StandardCharsets.UTF_8);
    return attribute(StunAttributes.ERROR_CODE, value);
  }

  /** Names what was not understood, beside an error 420 (RFC 8489 §14.13). */
  public StunWriter unknownAttributes(List<Integer> types) {
    ByteBuf value = Unpooled.buffer();
    types.forEach(value::writeShort);
    return attribute(StunAttributes.UNKNOWN_ATTRIBUTES, value);
  }

  /** Any other attribute; its value is read to the end and released. */
  public StunWriter attribute(int type, ByteBuf value) {
    int length = value.readableBytes();
    out.writeShort(type).writeShort(length).writeBytes(value).writeZero(-length & 3);
    value.release();
    return this;
  }

  /** RFC 8489 §14.5. */
  public StunWriter integrity(byte[] key) {
    byte[] hmac = StunIntegrity.hmacSha1(ByteBufUtil.getBytes(out), out.writerIndex(), key);
    return attribute(StunAttributes.MESSAGE_INTEGRITY, Unpooled.wrappedBuffer(hmac));
  }

  /** RFC 8489 §14.7. */
  public StunWriter fingerprint() {
    int crc = StunIntegrity.fingerprint(ByteBufUtil.getBytes(out), out.writerIndex());
    return attribute(StunAttributes.FINGERPRINT, Unpooled.copyInt(crc));
  }

  /** The message; the writer is of no further use. */
  public ByteBuf finish(ByteBufAllocator allocator) {
    out.setShort(2, out.writerIndex() - StunMessage.HEADER_BYTES);
    return allocator.ioBuffer(out.readableBytes()).writeBytes(out);
  }
}
