package dev.parley.identity;

import dev.parley.proto.id.PeerId;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/** Identities that are the same in every run, for tests and test vectors. */
public final class TestIdentities {
  private TestIdentities() {}

  /** The identity whose private key is 32 times this byte. */
  public static Identity of(int seedByte) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) seedByte);
    return of(seed);
  }

  public static Identity of(byte[] seed) {
    try {
      PrivateKey key =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
      PeerId id = CertificateMaker.idOf(key);
      return new Identity(id, key, CertificateMaker.selfSigned(id, key, new SecureRandom()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
