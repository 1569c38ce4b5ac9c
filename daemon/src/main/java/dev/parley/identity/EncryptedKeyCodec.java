package dev.parley.identity;

import java.io.IOException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/**
 * PKCS#8 EncryptedPrivateKeyInfo with PBES2 (RFC 8018), scrypt (RFC 7914) and AES-256-CBC.
 *
 * <p>Reads whatever else BouncyCastle knows too, such as what {@code openssl pkcs8} writes. Apart
 * from the other classes, so that BouncyCastle is loaded only when a key is encrypted.
 */
final class EncryptedKeyCodec {
  /**
   * 32 MiB and about half a second per guess. OWASP holds (2^15, 8, 3) and (2^17, 8, 1) for equally
   * strong; the daemon's heap is small, so the one with less memory. (OpenSSL's command line stops
   * just short of 32 MiB: what it writes is read here, but not the other way round.)
   */
  private static final ScryptConfig SCRYPT =
      new ScryptConfig.Builder(1 << 15, 8, 3).withSaltLength(16).build();

  private EncryptedKeyCodec() {}

  static byte[] encrypt(byte[] pkcs8, char[] passphrase, SecureRandom random) {
    try {
      OutputEncryptor encryptor =
          new JcePKCSPBEOutputEncryptorBuilder(SCRYPT, NISTObjectIdentifiers.id_aes256_CBC)
              .setProvider(provider())
              .setRandom(random)
              .build(passphrase);
      PrivateKeyInfo key = PrivateKeyInfo.getInstance(pkcs8);
      return new PKCS8EncryptedPrivateKeyInfoBuilder(key).build(encryptor).getEncoded();
    } catch (OperatorCreationException | IOException e) {
      throw new IllegalStateException("cannot encrypt a key", e);
    }
  }

  /**
   * The key as PKCS#8, or empty when the passphrase does not open it.
   *
   * @throws IOException when the bytes are no encrypted key, or of a kind that is not known here
   */
  static Optional<byte[]> decrypt(byte[] encrypted, char[] passphrase) throws IOException {
    PKCS8EncryptedPrivateKeyInfo info = new PKCS8EncryptedPrivateKeyInfo(encrypted);
    try {
      PrivateKeyInfo key =
          info.decryptPrivateKeyInfo(
              new JcePKCSPBEInputDecryptorProviderBuilder()
                  .setProvider(provider())
                  .build(passphrase));
      return Optional.of(key.getEncoded());
    } catch (PKCSException e) {
      if (e.getCause() instanceof OperatorCreationException) {
        throw new IOException("the key is encrypted in a way that is not known here", e);
      }
      // Wrong padding, or right by chance with no key inside.
      return Optional.empty();
    }
  }

  /** Not registered with the JVM: nothing else is to pick it up. */
  private static Provider provider() {
    return new BouncyCastleProvider();
  }
}
