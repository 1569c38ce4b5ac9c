package dev.parley.identity;

import dev.parley.proto.id.PeerId;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A fresh identity for a test. */
public final class ThrowawayIdentity {
  private ThrowawayIdentity() {}

  public static Identity create() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      PeerId id = Identity.idOf(pair.getPublic()).orElseThrow();
      X500Name name = new X500Name("CN=" + id);
      Instant now = Instant.now();
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          name,
                          BigInteger.ONE,
                          Date.from(now.minus(1, ChronoUnit.DAYS)),
                          Date.from(now.plus(1, ChronoUnit.DAYS)),
                          name,
                          pair.getPublic())
                      .build(new JcaContentSignerBuilder("Ed25519").build(pair.getPrivate())));
      return new Identity(id, pair.getPrivate(), certificate);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
