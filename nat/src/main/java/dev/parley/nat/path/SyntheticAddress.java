package dev.parley.nat.path;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** The constant addresses by which flows are known above the switch (RFC 4193: ours to invent). */
final class SyntheticAddress {
  private static final int DIALLED_PORT = 1;
  private static final int ACCEPTED_PORT = 2;

  /** "fd" and "parley" in ASCII: our corner of the unique local addresses. */
  private static final long PREFIX = 0xfd70_6172_6c65_7900L;

  private SyntheticAddress() {}

  static InetSocketAddress local() {
    return address(0, DIALLED_PORT);
  }

  static InetSocketAddress ofFlow(long number, boolean dialled) {
    return address(number, dialled ? DIALLED_PORT : ACCEPTED_PORT);
  }

  static boolean isDialled(InetSocketAddress synthetic) {
    return synthetic.getPort() == DIALLED_PORT;
  }

  private static InetSocketAddress address(long low, int port) {
    byte[] bytes = ByteBuffer.allocate(16).putLong(PREFIX).putLong(low).array();
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }
}
