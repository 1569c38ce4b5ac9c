package dev.parley.nat.sim;

/** What a node has sent straight over UDP, headers included. */
public final class Meter {
  private long packets;
  private long bytes;

  void count(byte[] content) {
    packets++;
    bytes += content.length + Packet.HEADER_BYTES;
  }

  public long packets() {
    return packets;
  }

  public long bytes() {
    return bytes;
  }

  public void reset() {
    packets = 0;
    bytes = 0;
  }
}
