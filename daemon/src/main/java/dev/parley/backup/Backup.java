package dev.parley.backup;

import dev.parley.identity.sealedfile.SealedOutput;
import dev.parley.proto.home.NodeHome;
import dev.parley.proto.id.PeerId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;

/** Makes a backup of a node while it runs. One at a time. */
public final class Backup {
  private final NodeHome home;
  private final PeerId self;
  private final String software;
  private final Snapshots snapshots;
  private final Clock clock;

  /** Copies the database. */
  public interface Snapshots {
    /** Writes a copy as of now to a file that is not there yet. */
    void write(Path copy) throws IOException;
  }

  public Backup(NodeHome home, PeerId self, String software, Snapshots snapshots, Clock clock) {
    this.home = home;
    this.self = self;
    this.software = software;
    this.snapshots = snapshots;
    this.clock = clock;
  }

  /**
   * Writes the file: takes as long as the disk takes to copy the database, whose copy needs as much
   * room beside it for that time. What has been written is of no use unless this returns.
   *
   * @return as of when it is
   */
  public synchronized Instant write(OutputStream out, char[] passphrase) throws IOException {
    Path copy = home.database().resolveSibling(home.database().getFileName() + ".backup-part");
    Files.deleteIfExists(copy);
    try {
      Instant createdAt = clock.instant();
      snapshots.write(copy);
      SealedOutput sealed = SealedOutput.begin(out, passphrase, new SecureRandom());
      BackupWriter writer = new BackupWriter(sealed);
      writer.add(BackupEntry.MANIFEST, new Manifest(self, createdAt, software).encode());
      writer.add(BackupEntry.KEY, Files.readAllBytes(home.keyFile()));
      if (Files.exists(home.configFile())) {
        writer.add(BackupEntry.CONFIGURATION, Files.readAllBytes(home.configFile()));
      }
      writer.add(BackupEntry.DATABASE, copy);
      writer.end();
      sealed.close();
      return createdAt;
    } finally {
      Files.deleteIfExists(copy);
    }
  }
}
