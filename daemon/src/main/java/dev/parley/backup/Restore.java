package dev.parley.backup;

import dev.parley.identity.sealedfile.SealedFileException;
import dev.parley.identity.sealedfile.SealedInput;
import dev.parley.proto.home.NodeHome;
import dev.parley.proto.id.PeerId;
import dev.parley.store.DatabaseSnapshot;
import dev.parley.store.StoreException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a node of a backup, wholly or not at all. The home must be locked by the caller. */
public final class Restore {
  private static final Logger log = LoggerFactory.getLogger(Restore.class);

  private final NodeHome home;
  private final RestoreFiles files;
  private final Clock clock;

  public Restore(NodeHome home, Clock clock) {
    this.home = home;
    this.files = new RestoreFiles(home);
    this.clock = clock;
  }

  /**
   * What was restored.
   *
   * @param createdAt as of when the node is
   * @param aside where what was there before lies now
   */
  public record Restored(
      PeerId peer, Instant createdAt, DatabaseSnapshot.Contents contents, Optional<Path> aside) {}

  /** Completes a restore that a crash has interrupted; to be called before a node starts. */
  public static void finish(NodeHome home) throws RestoreException {
    try {
      new RestoreFiles(home).finish();
    } catch (IOException e) {
      throw failing(e);
    }
  }

  /**
   * Restores.
   *
   * @param force sets aside what is there
   */
  public Restored run(Path backup, char[] passphrase, boolean force) throws RestoreException {
    finish(home);
    Optional<Path> occupied = files.occupied();
    if (occupied.isPresent() && !force) {
      throw new RestoreException(
          "there is a node here already (" + occupied.get() + "); nothing was restored",
          "let PARLEY_HOME name an empty place, or give --force to set aside what is there");
    }
    try {
      files.prepare();
      Manifest manifest = unpack(backup, passphrase);
      DatabaseSnapshot.Contents contents =
          DatabaseSnapshot.revive(files.drafted(home.database()), clock);
      Path aside = files.commit(clock.instant());
      return new Restored(
          manifest.peer(),
          manifest.createdAt(),
          contents,
          Optional.of(aside).filter(Files::exists));
    } catch (SealedFileException e) {
      throw new RestoreException(
          backup + " " + e.getMessage() + "; nothing was restored", hint(e.reason()), e);
    } catch (StoreException e) {
      throw new RestoreException(e.getMessage() + "; nothing was restored", e.hint(), e);
    } catch (IOException e) {
      throw e instanceof NoSuchFileException missing && backup.toString().equals(missing.getFile())
          ? new RestoreException(backup + " is not there", "check the name of the file", e)
          : failing(e);
    } finally {
      discard();
    }
  }

  private Manifest unpack(Path backup, char[] passphrase) throws IOException {
    ByteArrayOutputStream manifest = new ByteArrayOutputStream();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(backup))) {
      BackupReader.read(
          SealedInput.open(in, passphrase),
          entry ->
              switch (entry) {
                case MANIFEST -> manifest;
                case KEY -> files.draft(home.keyFile());
                case CONFIGURATION -> files.draft(home.configFile());
                case DATABASE -> files.draft(home.database());
                case END -> throw new IllegalStateException("the end has no bytes");
              });
    }
    return Manifest.parse(manifest.toByteArray());
  }

  private void discard() {
    try {
      files.discard();
    } catch (IOException e) {
      log.warn("what was not restored could not be removed: {}", e.toString());
    }
  }

  private static String hint(SealedFileException.Reason reason) {
    return switch (reason) {
      case OTHER_KIND -> "give the file that `parley backup` has written";
      case LATER_VERSION -> "restore it with the version of parley that wrote it";
      case WRONG_PASSPHRASE -> "check the passphrase";
      case EXCESSIVE, DAMAGED -> "take another copy of the backup, or another backup";
    };
  }

  private static RestoreException failing(IOException e) {
    return new RestoreException(
        "the backup could not be restored: " + e,
        "check that the directory can be written by this user and that the disk has room",
        e);
  }
}
