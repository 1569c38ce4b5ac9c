package dev.parley.nat.sim;

import dev.parley.nat.PeerKey;
import dev.parley.nat.path.ProbeKeys;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** What the double of a link says: a form, the flow's id, a type, and what belongs to it. */
record Datagram(int form, int flowId, Type type, byte[] body) {
  static final int ORDINARY = 0x40;

  /** May begin a flow. */
  static final int OPENING = 0xc0;

  private static final int TYPE_AT = 4;

  enum Type {
    HELLO,
    WELCOME,
    /** From here on, repeated until it is acknowledged; a number comes first. */
    KEYS,
    ADDRESSES,
    /** An attempt begins. */
    ATTEMPT,
    SIGNAL,
    ACKNOWLEDGED,
    /** What a user says: its number, and filling. */
    DATA
  }

  ByteBuf encode() {
    return Unpooled.buffer(TYPE_AT + 1 + body.length)
        .writeByte(form)
        .writeMedium(flowId)
        .writeByte(type.ordinal())
        .writeBytes(body);
  }

  static Datagram decode(ByteBuf in) {
    int form = in.readUnsignedByte();
    int id = in.readUnsignedMedium();
    Type type = Type.values()[in.readUnsignedByte()];
    return new Datagram(form, id, type, ByteBufUtil.getBytes(in));
  }

  static boolean isData(byte[] datagram) {
    return datagram.length > TYPE_AT
        && (datagram[0] & 0xff) == ORDINARY
        && datagram[TYPE_AT] == Type.DATA.ordinal();
  }

  ByteBuf in() {
    return Unpooled.wrappedBuffer(body);
  }

  static byte[] hello(PeerKey key) {
    return key.toByteArray();
  }

  PeerKey hello() {
    return PeerKey.of(body);
  }

  static byte[] keys(byte[] secret, long tag) {
    return Unpooled.buffer(secret.length + Long.BYTES).writeBytes(secret).writeLong(tag).array();
  }

  static ProbeKeys keys(ByteBuf told, byte[] ownSecret, long ownTag) {
    byte[] secret = new byte[ProbeKeys.SECRET_BYTES];
    told.readBytes(secret);
    return ProbeKeys.derive(ownSecret, secret, ownTag, told.readLong());
  }

  static byte[] addresses(List<InetSocketAddress> addresses) {
    ByteBuf out = Unpooled.buffer();
    for (InetSocketAddress address : addresses) {
      byte[] ip = address.getAddress().getAddress();
      out.writeByte(ip.length).writeBytes(ip).writeShort(address.getPort());
    }
    return Internet.bytes(out);
  }

  static List<InetSocketAddress> addresses(ByteBuf in) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    while (in.isReadable()) {
      byte[] ip = new byte[in.readUnsignedByte()];
      in.readBytes(ip);
      addresses.add(new InetSocketAddress(address(ip), in.readUnsignedShort()));
    }
    return addresses;
  }

  private static InetAddress address(byte[] ip) {
    try {
      return InetAddress.getByAddress(ip);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address of " + ip.length + " bytes", e);
    }
  }
}
