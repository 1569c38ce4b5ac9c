package dev.parley.nat.stun;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;

/**
 * One STUN message that was read from a datagram and found whole.
 *
 * <p>Parsing is strict: the length must be that of the datagram, every attribute must lie within
 * it, and a FINGERPRINT must be right and last. Immutable; holds its own copy of the bytes, at most
 * {@link #MAX_BYTES}.
 */
public final class StunMessage {
  /** RFC 8489 §5. */
  public static final int MAGIC_COOKIE = 0x2112A442;

  public static final int HEADER_BYTES = 20;

  /** The one method of RFC 8489. */
  public static final int BINDING = 0x001;

  /** Past this a STUN message may be cut into IP fragments (RFC 8489 §6.1). Longer is no STUN. */
  public static final int MAX_BYTES = 1280;

  /** More attributes than any use of STUN has. */
  public static final int MAX_ATTRIBUTES = 32;

  /** Bytes of a USERNAME (RFC 8489 §14.3: fewer than 509). */
  public static final int MAX_USERNAME_BYTES = 508;

  private final byte[] bytes;
  private final StunClass messageClass;
  private final int method;
  private final TransactionId transactionId;
  private final ImmutableList<Attribute> attributes;

  /** Where in the message an attribute's value lies. */
  record Attribute(int type, int offset, int length) {}

  StunMessage(byte[] bytes, ImmutableList<Attribute> attributes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    int type = in.readUnsignedShort();
    this.bytes = bytes;
    this.messageClass = StunClass.of(type);
    this.method = methodOf(type);
    this.transactionId = TransactionId.read(in.skipBytes(6));
    this.attributes = attributes;
  }

  /**
   * Whether a datagram can be STUN at all: enough to tell it from QUIC on one port (RFC 9443).
   * Reads nothing past the header.
   */
  public static boolean looksLikeStun(ByteBuf datagram) {
    int at = datagram.readerIndex();
    return datagram.readableBytes() >= HEADER_BYTES
        && (datagram.getByte(at) & 0xC0) == 0
        && datagram.getInt(at + 4) == MAGIC_COOKIE;
  }

  /** The message in this datagram, whose indices stay as they are, or empty when it is none. */
  public static Optional<StunMessage> parse(ByteBuf datagram) {
    return StunParser.parse(datagram);
  }

  public StunClass messageClass() {
    return messageClass;
  }

  public int method() {
    return method;
  }

  public TransactionId transactionId() {
    return transactionId;
  }

  /**
   * The sender's address as the other side saw it: XOR-MAPPED-ADDRESS, or MAPPED-ADDRESS from a
   * server that knows only RFC 3489.
   */
  public Optional<InetSocketAddress> mappedAddress() {
    return find(StunAttributes.XOR_MAPPED_ADDRESS)
        .flatMap(a -> StunAddress.read(value(a), Optional.of(transactionId)))
        .or(
            () ->
                find(StunAttributes.MAPPED_ADDRESS)
                    .flatMap(a -> StunAddress.read(value(a), Optional.empty())));
  }

  /** The server's other address and port (RFC 5780 §7.4), where it has one. */
  public Optional<InetSocketAddress> otherAddress() {
    return find(StunAttributes.OTHER_ADDRESS)
        .flatMap(a -> StunAddress.read(value(a), Optional.empty()));
  }

  /** The address that a response was sent from (RFC 5780 §7.3), where the server tells it. */
  public Optional<InetSocketAddress> responseOrigin() {
    return find(StunAttributes.RESPONSE_ORIGIN)
        .flatMap(a -> StunAddress.read(value(a), Optional.empty()));
  }

  public Optional<String> username() {
    return find(StunAttributes.USERNAME)
        .filter(a -> a.length() <= MAX_USERNAME_BYTES)
        .map(a -> value(a).toString(StandardCharsets.UTF_8));
  }

  public Optional<StunError> error() {
    return find(StunAttributes.ERROR_CODE).flatMap(a -> readError(value(a)));
  }

  /** Whether it carries a FINGERPRINT; one that is wrong would not have been parsed. */
  public boolean hasFingerprint() {
    return find(StunAttributes.FINGERPRINT).isPresent();
  }

  /**
   * Whether a MESSAGE-INTEGRITY is there and was made with this key (RFC 8489 §14.5). Compares in
   * constant time.
   *
   * @param key of the short-term mechanism: the password's bytes (RFC 8489 §9.1.1)
   */
  public boolean verifyIntegrity(byte[] key) {
    return find(StunAttributes.MESSAGE_INTEGRITY)
        .filter(a -> a.length() == StunIntegrity.HMAC_SHA1_BYTES)
        .map(
            a -> {
              byte[] claimed = new byte[StunIntegrity.HMAC_SHA1_BYTES];
              value(a).readBytes(claimed);
              int attributeStart = a.offset() - 4;
              return MessageDigest.isEqual(
                  claimed, StunIntegrity.hmacSha1(bytes, attributeStart, key));
            })
        .orElse(false);
  }

  /** Types that must be understood (RFC 8489 §14) and are not among {@code understood}. */
  public ImmutableList<Integer> unknownRequired(Set<Integer> understood) {
    return attributes.stream()
        .map(Attribute::type)
        .filter(type -> type < StunAttributes.FIRST_OPTIONAL && !understood.contains(type))
        .collect(ImmutableList.toImmutableList());
  }

  /** The value of the first attribute of this type: a view that must not be released. */
  public Optional<ByteBuf> attribute(int type) {
    return find(type).map(this::value);
  }

  /** Only the first of several counts (RFC 8489 §14). */
  private Optional<Attribute> find(int type) {
    return attributes.stream().filter(a -> a.type() == type).findFirst();
  }

  private ByteBuf value(Attribute attribute) {
    return Unpooled.wrappedBuffer(bytes, attribute.offset(), attribute.length()).asReadOnly();
  }

  private static Optional<StunError> readError(ByteBuf value) {
    if (value.readableBytes() < 4) {
      return Optional.empty();
    }
    int hundreds = value.skipBytes(2).readByte() & 0x07;
    int rest = value.readUnsignedByte();
    if (hundreds < 3 || hundreds > 6 || rest > 99) {
      return Optional.empty();
    }
    return Optional.of(
        new StunError(hundreds * 100 + rest, value.toString(StandardCharsets.UTF_8)));
  }

  /** RFC 8489 §5, figure 3: the class bits stand amid those of the method. */
  private static int methodOf(int type) {
    return (type & 0x000F) | ((type & 0x00E0) >> 1) | ((type & 0x3E00) >> 2);
  }

  static int typeOf(StunClass messageClass, int method) {
    return messageClass.bits()
        | (method & 0x000F)
        | ((method & 0x0070) << 1)
        | ((method & 0x0F80) << 2);
  }
}
