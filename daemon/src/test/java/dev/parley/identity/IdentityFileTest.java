package dev.parley.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.parley.identity.IdentityException.Reason;
import dev.parley.proto.home.NodeHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityFileTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path temp;
  private NodeHome home;

  @BeforeEach
  void setUp() {
    home = NodeHome.in(temp.resolve("deep").resolve("home"));
  }

  @Test
  void aNewIdentityIsTheSameAfterRestart() throws Exception {
    Identity first = load();
    Identity second = load();

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.certificate()).isEqualTo(first.certificate());
  }

  @Test
  void theKeyIsItsOwnersOnlyAndNothingElseIsLeftBehind() throws Exception {
    load();

    assertThat(permissions(home.keyFile())).isEqualTo("rw-------");
    assertThat(permissions(home.data())).isEqualTo("rwx------");
    assertThat(permissions(temp.resolve("deep"))).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(home.data())) {
      assertThat(files).containsExactlyInAnyOrder(home.keyFile(), home.certificateFile());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx"})
  void aKeyThatOthersCanReachIsRefusedWithTheCommandThatMendsIt(String mode) throws Exception {
    load();
    Files.setPosixFilePermissions(home.keyFile(), PosixFilePermissions.fromString(mode));

    IdentityException refused = refusal();

    assertThat(refused.reason()).isEqualTo(Reason.KEY_EXPOSED);
    assertThat(refused.hint()).contains("chmod 600 " + home.keyFile());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not a key",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4CA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\nMC4CAQ==\n-----END CERTIFICATE-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4CAQ==\n-----END ENCRYPTED PRIVATE KEY-----\n",
      })
  void aDamagedKeyIsRefusedAndLeftAsItIs(String content) throws Exception {
    write(home.keyFile(), content);

    IdentityException refused = refusal(withPassphrase("secret"));

    assertThat(refused.reason()).isEqualTo(Reason.KEY_CORRUPT);
    assertThat(refused).hasMessageContaining(home.keyFile().toString());
    assertThat(refused.hint()).contains("left as it is");
    assertThat(home.keyFile()).hasContent(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "X25519", "Ed448"})
  void aKeyOfAnotherKindIsRefused(String algorithm) throws Exception {
    byte[] pkcs8 =
        KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate().getEncoded();
    write(home.keyFile(), new String(new Pem("PRIVATE KEY", pkcs8).encode(), "US-ASCII"));

    assertThat(refusal().reason()).isEqualTo(Reason.KEY_CORRUPT);
  }

  @Test
  void aKeyMadeByOpensslIsTaken() throws Exception {
    // `openssl genpkey -algorithm ed25519`, with the key of RFC 8410 §10.3.
    write(
        home.keyFile(),
        "-----BEGIN PRIVATE KEY-----\n"
            + "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
            + "-----END PRIVATE KEY-----\n");

    assertThat(load().id().toByteArray())
        .asHexString()
        .isEqualToIgnoringCase("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
  }

  @Test
  void aKeyEncryptedByOpensslIsTaken() throws Exception {
    // The same key, by `openssl pkcs8 -topk8 -scrypt -passout pass:secret`.
    write(
        home.keyFile(),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
            + "MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAidnxpk3hFu7gICQAAC\n"
            + "AQgCAQEwHQYJYIZIAWUDBAEqBBAtvcAjGQhZVJdcJExDPffMBEA3XA0YHEZaH1kr\n"
            + "rbgG7sKLJ4KeK+UaKZ1UbELgLJWuzCzrYRKUmIUc4zbb3vgmL2urBYVCGeM1Z0DT\n"
            + "fcykd6LH\n"
            + "-----END ENCRYPTED PRIVATE KEY-----\n");

    assertThat(load(withPassphrase("secret")).id().toByteArray())
        .asHexString()
        .isEqualToIgnoringCase("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
  }

  @Test
  void withAPassphraseTheNewKeyIsEncryptedAndOpensAgain() throws Exception {
    Identity first = load(withPassphrase("früh am Morgen"));

    assertThat(home.keyFile()).content().startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    assertThat(load(withPassphrase("früh am Morgen")).id()).isEqualTo(first.id());
  }

  @Test
  void aWrongPassphraseIsRefusedAndTheKeyIsKept() throws Exception {
    Identity first = load(withPassphrase("right"));

    IdentityException refused = refusal(withPassphrase("wrong"));

    assertThat(refused.reason()).isEqualTo(Reason.WRONG_PASSPHRASE);
    assertThat(load(withPassphrase("right")).id()).isEqualTo(first.id());
  }

  @Test
  void anEncryptedKeyWithoutAnyoneToAskIsRefused() throws Exception {
    load(withPassphrase("right"));

    IdentityException refused = refusal();

    assertThat(refused.reason()).isEqualTo(Reason.PASSPHRASE_NEEDED);
    assertThat(refused.hint()).contains("PARLEY_PASSPHRASE");
  }

  @Test
  void aPersonIsAskedWhenTheEnvironmentIsSilent() throws Exception {
    Identity first = load(withPassphrase("right"));

    Identity second =
        load(new EnvironmentPassphrase(Map.of(), keyFile -> Optional.of("right".toCharArray())));

    assertThat(second.id()).isEqualTo(first.id());
  }

  @Test
  void anEmptyPassphraseCountsAsNone() throws Exception {
    load(withPassphrase(""));

    assertThat(home.keyFile()).content().startsWith("-----BEGIN PRIVATE KEY-----");
  }

  @Test
  void anUnencryptedKeyIsTakenThoughAPassphraseIsSet() throws Exception {
    Identity first = load();

    assertThat(load(withPassphrase("unused")).id()).isEqualTo(first.id());
  }

  @Test
  void aMissingCertificateIsMadeAnew() throws Exception {
    Identity first = load();
    Files.delete(home.certificateFile());

    Identity second = load();

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.certificate()).isNotEqualTo(first.certificate());
    assertThat(load().certificate()).isEqualTo(second.certificate());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "junk", "-----BEGIN CERTIFICATE-----\nMC4CAQ==\n-----END CERTIFICATE-----"})
  void aDamagedCertificateIsMadeAnew(String content) throws Exception {
    Identity first = load();
    Files.writeString(home.certificateFile(), content);

    assertThat(load().id()).isEqualTo(first.id());
    assertThat(home.certificateFile()).content().startsWith("-----BEGIN CERTIFICATE-----");
  }

  @Test
  void theCertificateOfAnotherKeyIsNeverUsed() throws Exception {
    Identity mine = load();
    byte[] foreign = TestIdentities.of(9).certificate().getEncoded();
    Files.write(home.certificateFile(), new Pem("CERTIFICATE", foreign).encode());

    Identity again = load();

    assertThat(again.id()).isEqualTo(mine.id());
    assertThat(Identity.idOf(again.certificate().getPublicKey())).contains(mine.id());
  }

  @Test
  void theFasterOfTwoProcessesMakesTheKey() throws Exception {
    Identity first = load();
    OwnerOnlyFile key = new OwnerOnlyFile(home.keyFile());

    assertThat(catchThrowableOfType(IOException.class, () -> key.create(new byte[1])))
        .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
    assertThat(load().id()).isEqualTo(first.id());
  }

  @Test
  void aHomeThatIsAFileIsAClearError() throws Exception {
    write(temp.resolve("file"), "");
    home = NodeHome.in(temp.resolve("file"));

    IdentityException refused = refusal();

    assertThat(refused.reason()).isEqualTo(Reason.STORAGE_FAILING);
    assertThat(refused.hint()).contains("PARLEY_HOME");
  }

  @Test
  void aHomeThatCannotBeWrittenIsAClearError() throws Exception {
    Files.createDirectories(home.data());
    Files.setPosixFilePermissions(home.data(), PosixFilePermissions.fromString("r-x------"));
    assumeFalse(Files.isWritable(home.data()), "root writes everywhere");

    IdentityException refused = refusal();

    assertThat(refused.reason()).isEqualTo(Reason.STORAGE_FAILING);
    assertThat(refused).hasMessageContaining("no permission");
  }

  private static PassphraseSource withPassphrase(String passphrase) {
    return new EnvironmentPassphrase(
        Map.of("PARLEY_PASSPHRASE", passphrase), keyFile -> Optional.empty());
  }

  private Identity load() throws IdentityException {
    return load(withPassphrase(""));
  }

  private Identity load(PassphraseSource passphrases) throws IdentityException {
    return new IdentityFile(home, passphrases, RANDOM).loadOrCreate();
  }

  private IdentityException refusal() {
    return refusal(withPassphrase(""));
  }

  private IdentityException refusal(PassphraseSource passphrases) {
    return catchThrowableOfType(IdentityException.class, () -> load(passphrases));
  }

  private static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
