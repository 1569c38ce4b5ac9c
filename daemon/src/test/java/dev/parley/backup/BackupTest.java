package dev.parley.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.parley.identity.IdentityFile;
import dev.parley.identity.PassphraseSource;
import dev.parley.identity.sealedfile.CheapSeal;
import dev.parley.identity.sealedfile.SealedInput;
import dev.parley.identity.sealedfile.SealedOutput;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.OutboxMessage;
import dev.parley.proto.home.NodeHome;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import dev.parley.store.DatabaseSnapshot;
import dev.parley.store.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node goes into a file and comes out of it: wholly, or not at all. */
class BackupTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final String PASSPHRASE = "a passphrase";
  private static final PeerId BOB = PeerId.of(filled(32, 7));

  @TempDir Path directory;
  private NodeHome alice;
  private NodeHome fresh;
  private PeerId self;
  private Path file;

  @BeforeEach
  void makeNode() throws Exception {
    alice = NodeHome.in(directory.resolve("alice"));
    fresh = NodeHome.in(directory.resolve("fresh"));
    file = directory.resolve("alice.backup");
    self =
        new IdentityFile(alice, PassphraseSource.of(Map.of()), new SecureRandom())
            .loadOrCreate()
            .id();
    Files.writeString(alice.configFile(), "tcp = false\n");
    try (Store store = Store.open(alice.database(), CLOCK)) {
      store
          .messages()
          .appendOutbox(List.of(message(3)))
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aBackupOfARunningNodeIsRestoredWholly() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Store store = Store.open(alice.database(), CLOCK)) {
      store
          .messages()
          .appendOutbox(List.of(message(4)))
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
      Backup backup =
          new Backup(
              alice, self, "test", copy -> DatabaseSnapshot.write(alice.database(), copy), CLOCK);
      assertThat(backup.write(out, PASSPHRASE.toCharArray())).isEqualTo(NOW);
    }
    Files.write(file, out.toByteArray());
    assertThat(names(alice.data())).noneMatch(name -> name.contains("backup-part"));

    Restore.Restored restored = restore(false);

    assertThat(restored.peer()).isEqualTo(self);
    assertThat(restored.contents()).isEqualTo(new DatabaseSnapshot.Contents(0, 0, 2));
    assertThat(restored.aside()).isEmpty();
    assertThat(fresh.keyFile()).hasSameBinaryContentAs(alice.keyFile());
    assertThat(fresh.configFile()).hasContent("tcp = false\n");
    for (Path secret : List.of(fresh.keyFile(), fresh.database())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
          .isEqualTo("rw-------");
    }
    try (Store store = Store.open(fresh.database(), CLOCK)) {
      long last =
          store.messages().load().toCompletableFuture().get(30, TimeUnit.SECONDS).lastPosition();
      assertThat(last)
          .as("positions given after the backup are not given again")
          .isGreaterThan(1_000);
      assertThat(
              store
                  .messages()
                  .registerConsumer(ConsumerName.DEFAULT)
                  .toCompletableFuture()
                  .get(30, TimeUnit.SECONDS)
                  .cursor())
          .isZero();
    }
    assertThat(names(fresh.data())).noneMatch(name -> name.startsWith("restore-"));
  }

  @Test
  void aNodeThatIsThereIsNotOverwrittenAndIsSetAsideByForce() throws Exception {
    writeCheaply();
    Restore.Restored first = restore(false);
    assertThat(first.aside()).isEmpty();
    Files.writeString(fresh.configFile(), "tcp = true\n");

    assertThat(refusal(false)).hasMessageContaining("already").hasMessageContaining("identity.key");
    assertThat(fresh.configFile()).hasContent("tcp = true\n");

    Path aside = restore(true).aside().orElseThrow();
    assertThat(fresh.configFile()).hasContent("tcp = false\n");
    assertThat(aside.resolve("config.toml")).hasContent("tcp = true\n");
    assertThat(aside.resolve("identity.key")).hasSameBinaryContentAs(alice.keyFile());
    assertThat(aside.resolve("parley.db")).exists();
  }

  @Test
  void whatCannotBeRestoredLeavesNothing() throws Exception {
    writeCheaply();
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(3);
    for (int i = 0; i < 60; i++) {
      byte[] bad = good.clone();
      if (i % 2 == 0) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
      } else {
        bad = Arrays.copyOf(bad, random.nextInt(bad.length));
      }
      Files.write(file, bad);
      RestoreException refusal = refusal(false);
      assertThat(refusal).hasMessageContaining("nothing was restored");
      assertThat(refusal.hint()).isNotEmpty();
      assertThat(names(fresh.data())).as("attempt %d", i).isEmpty();
    }
  }

  @Test
  void theWrongPassphraseAMissingFileAndAnotherKindOfFileAreTold() throws Exception {
    writeCheaply();
    RestoreException wrong =
        catchThrowableOfType(
            RestoreException.class,
            () -> new Restore(fresh, CLOCK).run(file, "another".toCharArray(), false));
    assertThat(wrong).hasMessageContaining("passphrase");
    Files.writeString(file, "Dear diary");
    assertThat(refusal(false)).hasMessageContaining("no backup");
    Files.delete(file);
    assertThat(refusal(false)).hasMessageContaining("not there");
    assertThat(names(fresh.data())).isEmpty();
  }

  @Test
  void aBackupWithADamagedDatabaseIsRefused() throws Exception {
    write("this is no database ".repeat(999).getBytes(StandardCharsets.US_ASCII), -1);
    assertThat(refusal(false)).hasMessageContaining("nothing was restored");
    assertThat(names(fresh.data())).isEmpty();
  }

  @Test
  void aLengthThatPromisesMoreThanComesIsRefused() throws Exception {
    write(new byte[100], Long.MAX_VALUE);
    assertThat(refusal(false)).hasMessageContaining("ends within an entry");
    assertThat(names(fresh.data())).isEmpty();
  }

  @Test
  void aRestoreThatWasInterruptedIsCompletedByTheNextStart() throws Exception {
    writeCheaply();
    restore(false);
    Path ready = Files.createDirectory(fresh.data().resolve("restore-ready"));
    Files.writeString(ready.resolve("aside"), "before-restore-x");
    // As a crash leaves it that came after the database and before the key.
    Files.move(fresh.keyFile(), ready.resolve("identity.key"));
    Files.writeString(fresh.keyFile(), "the key from before");

    Restore.finish(fresh);

    assertThat(fresh.keyFile()).hasSameBinaryContentAs(alice.keyFile());
    assertThat(fresh.data().resolve("before-restore-x").resolve("identity.key"))
        .hasContent("the key from before");
    assertThat(ready).doesNotExist();
  }

  @Test
  void anyBytesAreEntriesOrAnIoException() throws Exception {
    writeCheaply();
    byte[] plain =
        SealedInput.open(
                new ByteArrayInputStream(Files.readAllBytes(file)), PASSPHRASE.toCharArray())
            .readAllBytes();
    Random random = new Random(11);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = Arrays.copyOf(plain, random.nextInt(plain.length + 1));
      for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(Math.min(bytes.length, 600))] = (byte) random.nextInt(256);
      }
      try {
        BackupReader.read(new ByteArrayInputStream(bytes), entry -> new ByteArrayOutputStream());
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("has .*|ends .*|lacks .*");
      }
    }
  }

  private Restore.Restored restore(boolean force) throws RestoreException {
    return new Restore(fresh, CLOCK).run(file, PASSPHRASE.toCharArray(), force);
  }

  private RestoreException refusal(boolean force) {
    return catchThrowableOfType(RestoreException.class, () -> restore(force));
  }

  private void writeCheaply() throws Exception {
    Path copy = directory.resolve("copy.db");
    DatabaseSnapshot.write(alice.database(), copy);
    write(Files.readAllBytes(copy), -1);
  }

  /**
   * @param length that is claimed for the database, or -1 for what it is
   */
  private void write(byte[] database, long length) throws Exception {
    try (var out = Files.newOutputStream(file);
        SealedOutput sealed = CheapSeal.begin(out, PASSPHRASE)) {
      BackupWriter writer = new BackupWriter(sealed);
      writer.add(BackupEntry.MANIFEST, new Manifest(self, NOW, "test").encode());
      writer.add(BackupEntry.KEY, Files.readAllBytes(alice.keyFile()));
      writer.add(BackupEntry.CONFIGURATION, Files.readAllBytes(alice.configFile()));
      if (length < 0) {
        writer.add(BackupEntry.DATABASE, database);
        writer.end();
      } else {
        java.io.DataOutputStream data = new java.io.DataOutputStream(sealed);
        data.writeByte(BackupEntry.DATABASE.tag());
        data.writeLong(length);
        data.write(database);
      }
    }
  }

  private static OutboxMessage message(long position) {
    return new OutboxMessage(
        position,
        MessageId.of(filled(16, (int) position)),
        BOB,
        "text/plain",
        ByteString.copyFromUtf8("message " + position),
        NOW);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static List<String> names(Path directory) throws IOException {
    if (Files.notExists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }
}
