package dev.parley.identity;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Secrets that two peers have in common without ever having talked: each computes it from its own
 * private key and the other's id, and nobody else can.
 *
 * <p>An Ed25519 key is a point and a scalar on a curve that is Curve25519 in other coordinates (RFC
 * 7748 §4.1): the scalar of RFC 8032 §5.1.5 and the point's {@code u = (1 + y) / (1 - y)} are a key
 * pair of X25519. Signatures and this agreement are kept apart by their labels; what comes out of
 * the agreement is never used as it is. Stateless; any thread may call it. Takes a fraction of a
 * millisecond.
 */
public final class PairSecrets {
  /** Bytes of a secret. */
  public static final int BYTES = 32;

  private static final String HMAC = "HmacSHA256";
  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

  private PairSecrets() {}

  /**
   * What {@code own} and {@code other} have in common for one purpose; empty when {@code other} is
   * no key that anybody can have.
   *
   * @param label says for what; ASCII, listed in docs/protocol.md
   */
  public static Optional<ByteString> between(Identity own, PeerId other, String label) {
    if (SmallOrder.contains(other)) {
      return Optional.empty();
    }
    try {
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      agreement.init(agreementKey(own.privateKey()));
      agreement.doPhase(agreementKey(other), true);
      byte[] shared = agreement.generateSecret();
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(shared, HMAC));
      Arrays.fill(shared, (byte) 0);
      mac.update((label + "\0").getBytes(StandardCharsets.US_ASCII));
      boolean first = own.id().compareTo(other) < 0;
      mac.update((first ? own.id() : other).toByteArray());
      mac.update((first ? other : own.id()).toByteArray());
      return Optional.of(ByteString.copyFrom(mac.doFinal()));
    } catch (GeneralSecurityException | ArithmeticException e) {
      // The other's key is of small order, or y = 1: nobody has its private half.
      return Optional.empty();
    }
  }

  private static PrivateKey agreementKey(PrivateKey signing) throws GeneralSecurityException {
    byte[] seed =
        signing instanceof EdECPrivateKey key
            ? key.getBytes().orElseThrow(() -> new IllegalStateException("the key is not readable"))
            : new byte[0];
    if (seed.length != 32) {
      throw new IllegalStateException("an Ed25519 key has 32 bytes");
    }
    byte[] expanded = MessageDigest.getInstance("SHA-512").digest(seed);
    // X25519 clears and sets the same bits as Ed25519 does (RFC 7748 §5, RFC 8032 §5.1.5).
    byte[] scalar = Arrays.copyOf(expanded, 32);
    Arrays.fill(seed, (byte) 0);
    Arrays.fill(expanded, (byte) 0);
    return KeyFactory.getInstance("X25519")
        .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar));
  }

  private static PublicKey agreementKey(PeerId id) throws GeneralSecurityException {
    byte[] bigEndian = id.toByteArray();
    for (int i = 0, j = bigEndian.length - 1; i < j; i++, j--) {
      byte swapped = bigEndian[i];
      bigEndian[i] = bigEndian[j];
      bigEndian[j] = swapped;
    }
    // The uppermost bit is the sign of x.
    bigEndian[0] &= 0x7f;
    BigInteger y = new BigInteger(1, bigEndian).mod(P);
    BigInteger u =
        BigInteger.ONE.add(y).multiply(BigInteger.ONE.subtract(y).mod(P).modInverse(P)).mod(P);
    return KeyFactory.getInstance("X25519")
        .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u));
  }
}
