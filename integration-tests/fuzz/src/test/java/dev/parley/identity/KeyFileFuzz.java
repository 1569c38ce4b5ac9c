package dev.parley.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import org.bouncycastle.crypto.util.ScryptConfig;

/** Certificates that peers show, and key files, which may have come from a backup or a stranger. */
public final class KeyFileFuzz {
  private static final Identity SELF = Identity.ephemeral(new SecureRandom());

  private KeyFileFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] key = SELF.privateKey().getEncoded();
    ScryptConfig cheap = new ScryptConfig.Builder(2, 1, 1).withSaltLength(16).build();
    byte[] encrypted =
        EncryptedKeyCodec.encrypt(key, "secret".toCharArray(), new SecureRandom(), cheap);
    return List.of(
        FuzzTarget.of("certificate", KeyFileFuzz::certificate, Identity.class)
            .seeds(certificate())
            .allocating(4 << 20, 256),
        FuzzTarget.of("pem", KeyFileFuzz::pem, Pem.class)
            .seeds(
                new Pem("PRIVATE KEY", key).encode(), new Pem("CERTIFICATE", new byte[90]).encode())
            .seeds("x\r\n-----BEGIN A B-----\r\nAAAA\r\n-----END A B-----"),
        FuzzTarget.of("encrypted-key", KeyFileFuzz::encryptedKey, EncryptedKeyCodec.class)
            .seeds(encrypted)
            .allocating(EncryptedKeyCodec.MAX_MEMORY_BYTES + (32 << 20), 256));
  }

  private static byte[] certificate() {
    try {
      return SELF.certificate().getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As TLS reads it; whose key it is, is all that is looked at. */
  private static void certificate(byte[] input) {
    PublicKey shown;
    try {
      shown =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(input))
              .getPublicKey();
    } catch (CertificateException | RuntimeException e) {
      // The handshake fails. The JDK throws what it does not document, as for a key of no bytes.
      return;
    }
    Identity.idOf(shown).ifPresent(id -> assertThat(SmallOrder.contains(id)).isFalse());
  }

  private static void pem(byte[] input) {
    Pem.decode(input)
        .ifPresent(
            pem -> {
              Pem again = Pem.decode(pem.encode()).orElseThrow();
              assertThat(again.label()).isEqualTo(pem.label());
              assertThat(again.der()).isEqualTo(pem.der());
            });
  }

  private static void encryptedKey(byte[] input) {
    try {
      EncryptedKeyCodec.decrypt(input, "secret".toCharArray())
          .ifPresent(key -> assertThat(key).isNotEmpty());
    } catch (IOException e) {
      // No encrypted key, or one that costs too much.
    }
  }
}
