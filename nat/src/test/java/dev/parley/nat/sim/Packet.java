package dev.parley.nat.sim;

import java.net.InetSocketAddress;

/** A UDP datagram under way. */
record Packet(InetSocketAddress from, InetSocketAddress to, byte[] content) {
  /** What IPv4 and UDP put around it. */
  static final int HEADER_BYTES = 28;

  Packet from(InetSocketAddress translated) {
    return new Packet(translated, to, content);
  }

  Packet to(InetSocketAddress translated) {
    return new Packet(from, translated, content);
  }
}
