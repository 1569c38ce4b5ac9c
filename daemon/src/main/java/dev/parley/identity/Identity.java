package dev.parley.identity;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.EncodedKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Optional;

/**
 * This node's key and the certificate that carries it into TLS.
 *
 * <p>Every signature covers a domain-separation label first, so that a signature made for one
 * purpose is worth nothing for another. Immutable; thread-safe.
 */
public final class Identity {
  /** Bytes of an Ed25519 signature (RFC 8032 §5.1.6). */
  public static final int SIGNATURE_BYTES = 64;

  /** An X.509 SubjectPublicKeyInfo of Ed25519 is this, then the 32 bytes of the key (RFC 8410). */
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final PeerId id;
  private final PrivateKey privateKey;
  private final X509Certificate certificate;

  Identity(PeerId id, PrivateKey privateKey, X509Certificate certificate) {
    this.id = id;
    this.privateKey = privateKey;
    this.certificate = certificate;
  }

  /**
   * A new identity that is kept nowhere: it ends with this process.
   *
   * @see IdentityFile
   */
  public static Identity ephemeral(SecureRandom random) {
    PrivateKey key = newKey(random);
    PeerId id = CertificateMaker.idOf(key);
    return new Identity(id, key, CertificateMaker.selfSigned(id, key, random));
  }

  static PrivateKey newKey(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, random);
      return generator.generateKeyPair().getPrivate();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no Ed25519", e);
    }
  }

  public PeerId id() {
    return id;
  }

  /** For TLS only; everything else goes through {@link #sign}. */
  public PrivateKey privateKey() {
    return privateKey;
  }

  /** Self-signed, made once and kept beside the key. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Signs the label, then the parts, one after the other. */
  public ByteString sign(SigningLabel label, ByteString... parts) {
    return sign(privateKey, label, parts);
  }

  static ByteString sign(PrivateKey key, SigningLabel label, ByteString... parts) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(label.bytes());
      for (ByteString part : parts) {
        signature.update(part.asReadOnlyByteBuffer());
      }
      return ByteString.copyFrom(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot sign with Ed25519", e);
    }
  }

  /** Whether {@code signer} made this signature over the label and the parts. */
  public static boolean verify(
      PeerId signer, ByteString signatureBytes, SigningLabel label, ByteString... parts) {
    if (signatureBytes.size() != SIGNATURE_BYTES || SmallOrder.contains(signer)) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(publicKey(signer));
      signature.update(label.bytes());
      for (ByteString part : parts) {
        signature.update(part.asReadOnlyByteBuffer());
      }
      return signature.verify(signatureBytes.toByteArray());
    } catch (GeneralSecurityException e) {
      // The key is no point of the curve, or the signature is malformed: both come from outside.
      return false;
    }
  }

  /** The peer whose Ed25519 key this is, or empty when it is of another kind or nobody's. */
  public static Optional<PeerId> idOf(PublicKey key) {
    byte[] encoded = key.getEncoded();
    if (encoded == null || encoded.length != SPKI_PREFIX.length + PeerId.BYTES) {
      return Optional.empty();
    }
    for (int i = 0; i < SPKI_PREFIX.length; i++) {
      if (encoded[i] != SPKI_PREFIX[i]) {
        return Optional.empty();
      }
    }
    return PeerId.tryOf(ByteString.copyFrom(encoded, SPKI_PREFIX.length, PeerId.BYTES))
        .filter(id -> !SmallOrder.contains(id));
  }

  static PublicKey publicKey(PeerId id) throws GeneralSecurityException {
    byte[] spki = new byte[SPKI_PREFIX.length + PeerId.BYTES];
    System.arraycopy(SPKI_PREFIX, 0, spki, 0, SPKI_PREFIX.length);
    id.key().copyTo(spki, SPKI_PREFIX.length);
    EncodedKeySpec spec = new X509EncodedKeySpec(spki);
    return KeyFactory.getInstance("Ed25519").generatePublic(spec);
  }
}
