package dev.parley.identity.kem;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMExtractor;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMGenerator;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.bouncycastle.pqc.crypto.xwing.XWingPublicKeyParameters;

/**
 * X-Wing, the hybrid of X25519 and ML-KEM-768 of draft-connolly-cfrg-xwing-kem: its secret stays
 * one as long as either of the two holds.
 *
 * <p>A private key is its seed. Takes some milliseconds per call and never throws for what came
 * from outside. Any thread may call it.
 */
public final class XWing {
  public static final int SEED_BYTES = 32;

  public static final int PUBLIC_KEY_BYTES = 1_216;

  public static final int CIPHERTEXT_BYTES = 1_120;

  public static final int SECRET_BYTES = 32;

  private XWing() {}

  /** A fresh secret, and the ciphertext from which the holder of the private key gets it too. */
  public record Encapsulated(ByteString ciphertext, ByteString secret) {}

  /** The public key of this seed. */
  public static ByteString publicKey(ByteString seed) {
    return ByteString.copyFrom(privateKey(seed).getPublicKeyParameters().getEncoded());
  }

  /** Empty when this is no public key: of another size, not reduced, or of small order. */
  public static Optional<Encapsulated> encapsulate(ByteString publicKey, SecureRandom random) {
    if (publicKey.size() != PUBLIC_KEY_BYTES) {
      return Optional.empty();
    }
    try {
      SecretWithEncapsulation fresh =
          new XWingKEMGenerator(random)
              .generateEncapsulated(new XWingPublicKeyParameters(publicKey.toByteArray()));
      return Optional.of(
          new Encapsulated(
              ByteString.copyFrom(fresh.getEncapsulation()),
              ByteString.copyFrom(fresh.getSecret())));
    } catch (IllegalArgumentException | IllegalStateException e) {
      // The modulus check of FIPS 203 §7.2, or an X25519 agreement of zero (RFC 7748 §6.1).
      return Optional.empty();
    }
  }

  /**
   * The secret of this ciphertext. Empty when it is of another size or its X25519 half is of small
   * order. Any other ciphertext that was not made for this key gives a secret that nobody else has:
   * ML-KEM rejects implicitly.
   */
  public static Optional<ByteString> decapsulate(ByteString seed, ByteString ciphertext) {
    if (ciphertext.size() != CIPHERTEXT_BYTES) {
      return Optional.empty();
    }
    try {
      byte[] secret =
          new XWingKEMExtractor(privateKey(seed)).extractSecret(ciphertext.toByteArray());
      return Optional.of(ByteString.copyFrom(secret));
    } catch (IllegalStateException e) {
      // RFC 7748 §6.1: an agreement of zero.
      return Optional.empty();
    }
  }

  private static XWingPrivateKeyParameters privateKey(ByteString seed) {
    if (seed.size() != SEED_BYTES) {
      throw new IllegalArgumentException("a seed has 32 bytes, not " + seed.size());
    }
    return new XWingPrivateKeyParameters(seed.toByteArray());
  }
}
