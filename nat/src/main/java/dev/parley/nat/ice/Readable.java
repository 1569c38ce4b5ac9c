package dev.parley.nat.ice;

import org.ice4j.StunException;
import org.ice4j.message.Message;

/**
 * Whether ice4j can read a packet. It reads them on a thread of its own, where an exception that it
 * did not foresee ends that thread: a peer that signs nonsense gets as far as that.
 *
 * <p>Apart from its user, so that ice4j is loaded with the first signed check and not at the start.
 */
final class Readable {
  private Readable() {}

  static boolean byIce4j(byte[] packet) {
    try {
      return Message.decode(packet, (char) 0, (char) packet.length) != null;
    } catch (StunException | RuntimeException e) {
      return false;
    }
  }
}
