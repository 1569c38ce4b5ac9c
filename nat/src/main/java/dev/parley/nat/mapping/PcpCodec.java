package dev.parley.nat.mapping;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The messages of PCP (RFC 6887) that a mapping takes. Pure functions. */
final class PcpCodec {
  static final int PORT = 5351;
  static final int NONCE_BYTES = 12;

  private static final int VERSION = 2;
  private static final int ANNOUNCE = 0;
  private static final int MAP = 1;
  private static final int RESPONSE = 0x80;
  private static final int HEADER_BYTES = 24;
  private static final int MAP_BYTES = 36;
  private static final int SUCCESS = 0;

  private PcpCodec() {}

  /**
   * A request to map; a lifetime of 0 takes the mapping back (RFC 6887 §11.1, §15.1).
   *
   * @param external a suggestion
   */
  record MapRequest(
      InetAddress client,
      byte[] nonce,
      MappedTransport transport,
      int internalPort,
      InetSocketAddress external,
      long lifetimeSeconds) {}

  /** A success: RFC 6887 §11.1, figure 10. */
  record Mapped(InetSocketAddress external, long lifetimeSeconds, long epochSeconds) {}

  static byte[] map(MapRequest request) {
    return header(MAP, request.lifetimeSeconds(), request.client(), MAP_BYTES)
        .put(request.nonce())
        .put((byte) request.transport().number())
        .put(new byte[3])
        .putShort((short) request.internalPort())
        .putShort((short) request.external().getPort())
        .put(sixteen(request.external().getAddress()))
        .array();
  }

  /** The cheapest question: its answer tells the epoch (RFC 6887 §14.1). */
  static byte[] announce(InetAddress client) {
    return header(ANNOUNCE, 0, client, 0).array();
  }

  /** Empty when it is no answer to this request. */
  static Optional<Mapped> readMap(ByteBuffer answer, MapRequest request) throws MappingException {
    if (!isAnswer(answer, MAP)) {
      return Optional.empty();
    }
    int result = answer.get(3) & 0xff;
    if (answer.remaining() >= HEADER_BYTES + MAP_BYTES && !isTo(answer, request)) {
      return Optional.empty();
    }
    if (result != SUCCESS) {
      throw new MappingException("PCP error " + result + name(result));
    }
    if (answer.remaining() < HEADER_BYTES + MAP_BYTES) {
      throw new MappingException("a PCP answer of " + answer.remaining() + " bytes");
    }
    byte[] ip = new byte[16];
    answer.get(HEADER_BYTES + 20, ip);
    InetSocketAddress external =
        new InetSocketAddress(address(ip), answer.getShort(HEADER_BYTES + 18) & 0xffff);
    return Optional.of(new Mapped(external, unsigned(answer, 4), unsigned(answer, 8)));
  }

  /** The epoch in any answer to an announcement, also in one that refuses. */
  static Optional<Long> readAnnounce(ByteBuffer answer) throws MappingException {
    return isAnswer(answer, ANNOUNCE) ? Optional.of(unsigned(answer, 8)) : Optional.empty();
  }

  private static boolean isAnswer(ByteBuffer answer, int opcode) throws MappingException {
    // RFC 6887 §9: a gateway that knows NAT-PMP alone answers in version 0.
    if (answer.remaining() >= 4 && answer.get(0) == 0 && (answer.get(1) & RESPONSE) != 0) {
      throw new MappingException("the gateway speaks NAT-PMP, not PCP");
    }
    // RFC 6887 §8.3
    return answer.remaining() >= HEADER_BYTES
        && answer.remaining() <= Exchange.MAX_BYTES
        && answer.remaining() % 4 == 0
        && answer.get(0) == VERSION
        && (answer.get(1) & 0xff) == (RESPONSE | opcode);
  }

  /** RFC 6887 §11.4: nonce, protocol and internal port are those of the request. */
  private static boolean isTo(ByteBuffer answer, MapRequest request) {
    byte[] nonce = new byte[NONCE_BYTES];
    answer.get(HEADER_BYTES, nonce);
    return Arrays.equals(nonce, request.nonce())
        && answer.get(HEADER_BYTES + 12) == request.transport().number()
        && (answer.getShort(HEADER_BYTES + 16) & 0xffff) == request.internalPort();
  }

  private static ByteBuffer header(int opcode, long lifetime, InetAddress client, int bodyBytes) {
    return ByteBuffer.allocate(HEADER_BYTES + bodyBytes)
        .put((byte) VERSION)
        .put((byte) opcode)
        .putShort((short) 0)
        .putInt((int) lifetime)
        .put(sixteen(client));
  }

  /** IPv4 addresses travel as ::ffff:a.b.c.d (RFC 6887 §5). */
  private static byte[] sixteen(InetAddress address) {
    byte[] ip = address.getAddress();
    if (!(address instanceof Inet4Address)) {
      return ip;
    }
    return ByteBuffer.allocate(16).put(10, (byte) -1).put(11, (byte) -1).put(12, ip).array();
  }

  /** Java reads a mapped address as the IPv4 address that it is. */
  private static InetAddress address(byte[] ip) {
    try {
      return InetAddress.getByAddress(ip);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }

  private static long unsigned(ByteBuffer in, int at) {
    return in.getInt(at) & 0xffffffffL;
  }

  /** RFC 6887 §7.4, where the number alone helps nobody. */
  private static String name(int result) {
    return switch (result) {
      case 1 -> " (unsupported version)";
      case 2 -> " (not authorized)";
      case 4 -> " (unsupported opcode)";
      case 7 -> " (network failure)";
      case 8 -> " (no resources)";
      case 9 -> " (unsupported protocol)";
      case 10 -> " (quota exceeded)";
      case 11 -> " (cannot provide the external address)";
      case 12 -> " (address mismatch: another NAT before the gateway)";
      default -> "";
    };
  }
}
