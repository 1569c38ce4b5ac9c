package dev.parley.discovery.lan;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens by which one contact recognises another: the first bytes of a code over the time slot and
 * who announces, under the secret that only these two have. To anybody else they are random, and
 * those of one slot have nothing in common with those of another. Pure.
 */
final class LanTokens {
  /** What the secret of two peers is made for. */
  static final String LABEL = "parley/lan-token/v1";

  /** So long does a token serve; a clock may be as wrong, and is not recognised when it is more. */
  static final Duration SLOT = Duration.ofHours(1);

  /**
   * Of one. Who guesses, has one chance in 2^64 for each contact and slot, and gains no more than
   * that an address of his is dialled.
   */
  static final int BYTES = 8;

  /** Tokens in one announcement: contacts who are told at a time. */
  static final int MAX_TOKENS = 128;

  private static final String HMAC = "HmacSHA256";

  private LanTokens() {}

  static long slotOf(Instant time) {
    return Math.floorDiv(time.toEpochMilli(), SLOT.toMillis());
  }

  static ByteString token(ByteString secret, PeerId announcer, long slot) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret.toByteArray(), HMAC));
      mac.update(announcer.toByteArray());
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(slot).array());
      return ByteString.copyFrom(mac.doFinal(), 0, BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no " + HMAC, e);
    }
  }
}
