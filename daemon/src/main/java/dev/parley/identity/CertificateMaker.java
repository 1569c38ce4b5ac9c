package dev.parley.identity;

import dev.parley.proto.id.PeerId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.EdECPrivateKey;
import java.time.Instant;
import java.util.Date;
import java.util.random.RandomGenerator;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * What the JDK cannot do for a key: compute its public half, and certify it.
 *
 * <p>Apart from the other classes, so that BouncyCastle is loaded only when a key is new.
 */
final class CertificateMaker {
  /**
   * Peers pin the key, so the dates carry no meaning: they are as wide as X.509 goes, lest a wrong
   * clock keep two peers apart. The end is the "no well-defined expiration" of RFC 5280 §4.1.2.5.
   */
  private static final Instant NOT_BEFORE = Instant.parse("2000-01-01T00:00:00Z");

  private static final Instant NOT_AFTER = Instant.parse("9999-12-31T23:59:59Z");

  private static final int SERIAL_BITS = 126;

  private CertificateMaker() {}

  /** The public half of this key. */
  static PeerId idOf(PrivateKey key) {
    byte[] seed =
        ((EdECPrivateKey) key)
            .getBytes()
            .orElseThrow(() -> new IllegalStateException("the key does not tell its bytes"));
    return PeerId.of(new Ed25519PrivateKeyParameters(seed).generatePublicKey().getEncoded());
  }

  /** No extensions: the whole of a TLS server's first flight should fit into few datagrams. */
  static X509Certificate selfSigned(PeerId id, PrivateKey key, RandomGenerator random) {
    X500Principal name = new X500Principal("CN=" + id);
    byte[] serial = new byte[(SERIAL_BITS + 7) / 8];
    random.nextBytes(serial);
    // RFC 5280 §4.1.2.2: positive, at most 20 bytes.
    BigInteger number = new BigInteger(1, serial).setBit(SERIAL_BITS);
    try {
      PublicKey publicKey = Identity.publicKey(id);
      byte[] encoded =
          new JcaX509v3CertificateBuilder(
                  name, number, Date.from(NOT_BEFORE), Date.from(NOT_AFTER), name, publicKey)
              .build(new JcaContentSignerBuilder("Ed25519").build(key))
              .getEncoded();
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(encoded));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("cannot certify the key of " + id, e);
    }
  }
}
