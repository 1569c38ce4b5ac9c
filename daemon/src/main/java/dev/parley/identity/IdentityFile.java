package dev.parley.identity;

import dev.parley.identity.IdentityException.Reason;
import dev.parley.proto.home.NodeHome;
import dev.parley.proto.id.PeerId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's or a relay's identity on disk: the key as PKCS#8, encrypted if a passphrase was given
 * when it was made, and beside it the certificate.
 *
 * <p>A key file is written once and never again, whatever is found in it. The certificate is made
 * anew when it is missing or belongs to another key. Blocks on the disk; used once, at start.
 */
public final class IdentityFile {
  private static final Logger log = LoggerFactory.getLogger(IdentityFile.class);

  private static final String KEY = "PRIVATE KEY";
  private static final String ENCRYPTED_KEY = "ENCRYPTED PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";

  /** Ours have some hundred bytes; a key may come with comments, but not with a film. */
  private static final int MAX_FILE_BYTES = 65_536;

  private final Path keyPath;
  private final OwnerOnlyFile keyFile;
  private final OwnerOnlyFile certificateFile;
  private final PassphraseSource passphrases;
  private final SecureRandom random;

  public IdentityFile(NodeHome home, PassphraseSource passphrases, SecureRandom random) {
    this.keyPath = home.keyFile();
    this.keyFile = new OwnerOnlyFile(home.keyFile());
    this.certificateFile = new OwnerOnlyFile(home.certificateFile());
    this.passphrases = passphrases;
    this.random = random;
  }

  /** The identity of this home; on first use a new one. */
  public Identity loadOrCreate() throws IdentityException {
    try {
      if (Files.notExists(keyPath)) {
        create();
      }
      // A new key is read back too: one that cannot be loaded is better found out now.
      PrivateKey key = readKey();
      Optional<X509Certificate> kept = readCertificate(key);
      return kept.isPresent() ? identity(key, kept.get()) : certify(key);
    } catch (IOException e) {
      throw storageFailing(e);
    }
  }

  private void create() throws IOException {
    byte[] pkcs8 = Identity.newKey(random).getEncoded();
    Optional<char[]> passphrase = passphrases.forNewKey();
    Pem pem =
        passphrase.isEmpty()
            ? new Pem(KEY, pkcs8)
            : new Pem(ENCRYPTED_KEY, EncryptedKeyCodec.encrypt(pkcs8, passphrase.get(), random));
    passphrase.ifPresent(p -> Arrays.fill(p, '\0'));
    try {
      keyFile.create(pem.encode());
    } catch (FileAlreadyExistsException e) {
      log.info("another process has just made {}; that one is used", keyPath);
    }
  }

  private PrivateKey readKey() throws IOException, IdentityException {
    if (keyFile.isExposed()) {
      throw new IdentityException(
          Reason.KEY_EXPOSED,
          "the key " + keyPath + " can be reached by other users of this machine",
          "Run `chmod 600 " + keyPath + "`; if others may have read it, make a new identity.");
    }
    Pem pem =
        Pem.decode(keyFile.read(MAX_FILE_BYTES))
            .orElseThrow(() -> corrupt("has no PEM block of a key"));
    byte[] pkcs8 =
        switch (pem.label()) {
          case KEY -> unencrypted(pem);
          case ENCRYPTED_KEY -> decrypt(pem);
          default -> throw corrupt("holds a '" + pem.label() + "' and no '" + KEY + "'");
        };
    try {
      return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException | RuntimeException e) {
      // The JDK throws both for what is no key.
      throw corrupt("holds no Ed25519 key");
    }
  }

  private byte[] unencrypted(Pem pem) {
    if (passphrases.forNewKey().isPresent()) {
      log.warn(
          "{} is set, but the key {} is not encrypted; `openssl pkcs8 -topk8 -scrypt` encrypts it",
          PassphraseSource.VARIABLE,
          keyPath);
    }
    return pem.der();
  }

  private byte[] decrypt(Pem pem) throws IdentityException {
    char[] passphrase =
        passphrases
            .forEncryptedKey(keyPath)
            .orElseThrow(
                () ->
                    new IdentityException(
                        Reason.PASSPHRASE_NEEDED,
                        "the key " + keyPath + " is encrypted and no passphrase was given",
                        "Set " + PassphraseSource.VARIABLE + ", or start from a terminal."));
    try {
      return EncryptedKeyCodec.decrypt(pem.der(), passphrase)
          .orElseThrow(
              () ->
                  new IdentityException(
                      Reason.WRONG_PASSPHRASE,
                      "the passphrase does not open the key " + keyPath,
                      "Check " + PassphraseSource.VARIABLE + ", or type it again."));
    } catch (IOException e) {
      throw corrupt("holds an encrypted key that cannot be read");
    } finally {
      Arrays.fill(passphrase, '\0');
    }
  }

  /** The certificate beside the key, unless it is missing, damaged or another key's. */
  private Optional<X509Certificate> readCertificate(PrivateKey key) throws IOException {
    byte[] text;
    try {
      text = certificateFile.read(MAX_FILE_BYTES);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(text));
      certificate.verify(certificate.getPublicKey());
      if (Identity.idOf(certificate.getPublicKey()).filter(id -> owns(key, id)).isPresent()) {
        return Optional.of(certificate);
      }
      log.warn("the certificate beside {} belongs to another key; making it anew", keyPath);
    } catch (GeneralSecurityException | RuntimeException e) {
      log.warn("the certificate beside {} is damaged; making it anew: {}", keyPath, e.getMessage());
    }
    return Optional.empty();
  }

  private static boolean owns(PrivateKey key, PeerId id) {
    return Identity.verify(
        id, Identity.sign(key, SigningLabel.KEY_CHECK, id.key()), SigningLabel.KEY_CHECK, id.key());
  }

  private Identity certify(PrivateKey key) throws IOException {
    PeerId id = CertificateMaker.idOf(key);
    X509Certificate certificate = CertificateMaker.selfSigned(id, key, random);
    try {
      certificateFile.replace(new Pem(CERTIFICATE, certificate.getEncoded()).encode());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate just made has no encoding", e);
    }
    return new Identity(id, key, certificate);
  }

  private static Identity identity(PrivateKey key, X509Certificate certificate) {
    PeerId id = Identity.idOf(certificate.getPublicKey()).orElseThrow();
    return new Identity(id, key, certificate);
  }

  private IdentityException corrupt(String what) {
    return new IdentityException(
        Reason.KEY_CORRUPT,
        "the key file " + keyPath + " " + what,
        "It is left as it is. Restore it from a backup, or move it away to get a new identity.");
  }

  private IdentityException storageFailing(IOException e) {
    String why =
        e instanceof AccessDeniedException denied
            ? "no permission for " + denied.getFile()
            : String.valueOf(e.getMessage());
    IdentityException failure =
        new IdentityException(
            Reason.STORAGE_FAILING,
            "the key " + keyPath + " can neither be read nor made: " + why,
            "The directory must be yours and writable; PARLEY_HOME names another one.");
    failure.initCause(e);
    return failure;
  }
}
