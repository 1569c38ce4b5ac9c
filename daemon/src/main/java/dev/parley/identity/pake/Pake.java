package dev.parley.identity.pake;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * One side of one exchange: {@link #first}, then {@link #second} of the other's first message, then
 * {@link #key} of the other's second, each once and in this order. Both come to the same key when
 * both began with the same secret; otherwise to keys that tell nothing of either secret, but that
 * this one guess was wrong. Whether the keys are the same is for the caller to confirm.
 *
 * <p>Each step takes some milliseconds. Nothing throws for what came from outside. Not thread-safe.
 */
public interface Pake {
  int FIRST_BYTES = 2 * (33 + 33 + 32);

  int SECOND_BYTES = 33 + 33 + 32;

  int KEY_BYTES = 32;

  /**
   * One side of a new exchange.
   *
   * @param self and {@code other} name the two sides and all that the exchange is bound to; both
   *     sides know both, and they differ
   * @param secret what both should share; it may be short
   */
  static Pake begin(String self, String other, ByteString secret, SecureRandom random) {
    return new EcJpake(self, other, secret, random);
  }

  /** The first message to the other side. */
  ByteString first();

  /** The second message, in answer to the other's first; empty when that one is malformed. */
  Optional<ByteString> second(ByteString firstOfOther);

  /** The key, from the other's second message; empty when that one is malformed. */
  Optional<ByteString> key(ByteString secondOfOther);
}
