package dev.parley.identity;

import java.io.IOException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.misc.ScryptParams;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
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

  /** What reading a key may take; ours takes 32 MiB, and the file says what it wants. */
  static final long MAX_MEMORY_BYTES = 128L << 20;

  /** Ours has 786,432 blocks: a file must not keep the daemon from ever starting. */
  private static final long MAX_BLOCKS = 1L << 24;

  /** RFC 7914 §5: N × r blocks of so many bytes. */
  private static final long SCRYPT_BLOCK_BYTES = 128;

  private static final long MAX_ITERATIONS = 10_000_000;

  private EncryptedKeyCodec() {}

  static byte[] encrypt(byte[] pkcs8, char[] passphrase, SecureRandom random) {
    return encrypt(pkcs8, passphrase, random, SCRYPT);
  }

  static byte[] encrypt(byte[] pkcs8, char[] passphrase, SecureRandom random, ScryptConfig scrypt) {
    try {
      OutputEncryptor encryptor =
          new JcePKCSPBEOutputEncryptorBuilder(scrypt, NISTObjectIdentifiers.id_aes256_CBC)
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
   * @throws IOException when the bytes are no encrypted key, of a kind that is not known here, or
   *     one that would take more memory or time than any does
   */
  static Optional<byte[]> decrypt(byte[] encrypted, char[] passphrase) throws IOException {
    try {
      PKCS8EncryptedPrivateKeyInfo info = new PKCS8EncryptedPrivateKeyInfo(encrypted);
      requireAffordable(info.getEncryptionAlgorithm());
      PrivateKeyInfo key =
          info.decryptPrivateKeyInfo(
              new JcePKCSPBEInputDecryptorProviderBuilder()
                  .setProvider(provider())
                  .build(passphrase));
      return Optional.of(key.getEncoded());
    } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
      // So BouncyCastle says that the parts of a structure are not what they should be.
      throw new IOException("no encrypted key: " + e.getMessage(), e);
    } catch (PKCSException e) {
      if (e.getCause() instanceof OperatorCreationException) {
        throw new IOException("the key is encrypted in a way that is not known here", e);
      }
      // Wrong padding, or right by chance with no key inside.
      return Optional.empty();
    }
  }

  private static void requireAffordable(AlgorithmIdentifier algorithm) throws IOException {
    if (!PKCSObjectIdentifiers.id_PBES2.equals(algorithm.getAlgorithm())) {
      throw new IOException("the key is encrypted in a way that is not known here");
    }
    KeyDerivationFunc function =
        PBES2Parameters.getInstance(algorithm.getParameters()).getKeyDerivationFunc();
    boolean affordable;
    if (MiscObjectIdentifiers.id_scrypt.equals(function.getAlgorithm())) {
      ScryptParams scrypt = ScryptParams.getInstance(function.getParameters());
      long cost = scrypt.getCostParameter().longValueExact();
      long blocks = Math.multiplyExact(cost, scrypt.getBlockSize().longValueExact());
      affordable =
          Math.multiplyExact(blocks, SCRYPT_BLOCK_BYTES) <= MAX_MEMORY_BYTES
              && Math.multiplyExact(blocks, scrypt.getParallelizationParameter().longValueExact())
                  <= MAX_BLOCKS;
    } else {
      affordable =
          PBKDF2Params.getInstance(function.getParameters()).getIterationCount().longValueExact()
              <= MAX_ITERATIONS;
    }
    if (!affordable) {
      throw new IOException("opening the key would take more memory or time than any key does");
    }
  }

  /** Not registered with the JVM: nothing else is to pick it up. */
  private static Provider provider() {
    return new BouncyCastleProvider();
  }
}
