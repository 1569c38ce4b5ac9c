package dev.parley.nat.stun;

import io.netty.buffer.ByteBuf;
import java.util.random.RandomGenerator;

/** Ninety-six bits that tie a response to its request (RFC 8489 §5). */
public record TransactionId(int high, long low) {
  public static final int BYTES = 12;

  /**
   * @param random of cryptographic quality: the id is all that keeps an off-path attacker from
   *     answering in the server's name
   */
  public static TransactionId random(RandomGenerator random) {
    return new TransactionId(random.nextInt(), random.nextLong());
  }

  static TransactionId read(ByteBuf in) {
    return new TransactionId(in.readInt(), in.readLong());
  }

  void write(ByteBuf out) {
    out.writeInt(high).writeLong(low);
  }
}
