package dev.parley.nat.mapping;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The messages of NAT-PMP (RFC 6886 §3). Pure functions. */
final class NatPmpCodec {
  private static final int ADDRESS = 0;
  private static final int RESPONSE = 128;
  private static final int ADDRESS_BYTES = 12;
  private static final int MAP_BYTES = 16;

  private NatPmpCodec() {}

  /** RFC 6886 §3.2. */
  record External(InetAddress address, long epochSeconds) {}

  /** RFC 6886 §3.3. */
  record Mapped(int externalPort, long lifetimeSeconds, long epochSeconds) {}

  static byte[] externalAddress() {
    return new byte[] {0, ADDRESS};
  }

  /** A lifetime of 0, with external port 0, takes the mapping back (RFC 6886 §3.4). */
  static byte[] map(
      MappedTransport transport, int internalPort, int externalPort, long lifetimeSeconds) {
    return ByteBuffer.allocate(12)
        .put((byte) 0)
        .put((byte) transport.natPmpOpcode())
        .putShort((short) 0)
        .putShort((short) internalPort)
        .putShort((short) externalPort)
        .putInt((int) lifetimeSeconds)
        .array();
  }

  static Optional<External> readExternal(ByteBuffer answer) throws MappingException {
    if (!isAnswer(answer, ADDRESS, ADDRESS_BYTES)) {
      return Optional.empty();
    }
    byte[] ip = new byte[4];
    answer.get(8, ip);
    try {
      return Optional.of(new External(InetAddress.getByAddress(ip), unsigned(answer, 4)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 bytes are an address", e);
    }
  }

  /** Empty when the answer is to another port's mapping. */
  static Optional<Mapped> readMap(ByteBuffer answer, MappedTransport transport, int internalPort)
      throws MappingException {
    if (!isAnswer(answer, transport.natPmpOpcode(), MAP_BYTES)
        || (answer.getShort(8) & 0xffff) != internalPort) {
      return Optional.empty();
    }
    return Optional.of(
        new Mapped(answer.getShort(10) & 0xffff, unsigned(answer, 12), unsigned(answer, 4)));
  }

  private static boolean isAnswer(ByteBuffer answer, int opcode, int bytes)
      throws MappingException {
    if (answer.remaining() < 8 || answer.get(0) != 0) {
      return false;
    }
    int result = answer.getShort(2) & 0xffff;
    boolean ofOpcode = (answer.get(1) & 0xff) == RESPONSE + opcode;
    // RFC 6886 §3.5: an unsupported version or opcode is told in an answer of the header alone.
    if (ofOpcode && result != 0) {
      throw new MappingException("NAT-PMP error " + result + name(result));
    }
    return ofOpcode && answer.remaining() == bytes;
  }

  private static long unsigned(ByteBuffer in, int at) {
    return in.getInt(at) & 0xffffffffL;
  }

  private static String name(int result) {
    return switch (result) {
      case 1 -> " (unsupported version)";
      case 2 -> " (not authorized)";
      case 3 -> " (network failure)";
      case 4 -> " (out of resources)";
      case 5 -> " (unsupported opcode)";
      default -> "";
    };
  }
}
