package dev.parley.cli.client;

import dev.parley.control.v1.BackupChunk;
import dev.parley.control.v1.BackupRequest;
import dev.parley.control.v1.BackupSummary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;

/** The file that a backup goes to: for its owner alone, and whole on disk or not there at all. */
public final class BackupFile {
  /** Before the first chunk the daemon copies its database, which takes what the disk takes. */
  private static final Duration NEXT_WITHIN = Duration.ofHours(1);

  private final Path path;
  private final boolean replace;

  private BackupFile(Path path, boolean replace) {
    this.path = path;
    this.replace = replace;
  }

  /** Looks whether it can be written there, before anybody works for it. */
  public static BackupFile at(Path path, boolean replace) throws CommandFailure {
    if (Files.isDirectory(path)) {
      throw CommandFailure.of(path + " is a directory", "name a file in it");
    }
    if (!replace && Files.exists(path)) {
      throw taken(path);
    }
    Path directory = path.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw CommandFailure.of("there is no directory " + directory, "make it first");
    }
    return new BackupFile(path, replace);
  }

  public Path path() {
    return path;
  }

  /** Has the daemon make a backup, and keeps it. */
  public BackupSummary write(DaemonConnection daemon, BackupRequest request)
      throws CommandFailure, InterruptedException {
    try {
      Path draft =
          Files.createTempFile(path.getParent(), path.getFileName() + ".", ".part", owners());
      try {
        BackupSummary summary = receive(daemon, request, draft);
        keep(draft);
        return summary;
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (FileAlreadyExistsException e) {
      throw taken(path);
    } catch (IOException e) {
      throw CommandFailure.of(
          "cannot write " + path + ": " + e.getMessage(),
          "is there room on that disk, and may you write there?");
    }
  }

  private static BackupSummary receive(DaemonConnection daemon, BackupRequest request, Path draft)
      throws CommandFailure, IOException, InterruptedException {
    StreamReader<BackupChunk> chunks = daemon.reader();
    daemon.nodeStreaming().backup(request, chunks);
    long written = 0;
    try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      while (true) {
        Optional<BackupChunk> chunk = chunks.poll(NEXT_WITHIN);
        if (chunk.isEmpty()) {
          throw CommandFailure.of(
              "the daemon has not sent the whole backup", "look into its log, and try again");
        }
        if (chunk.get().hasSummary()) {
          out.force(true);
          if (written != chunk.get().getSummary().getBytes()) {
            throw new IOException("bytes are missing");
          }
          return chunk.get().getSummary();
        }
        ByteBuffer bytes = chunk.get().getData().asReadOnlyByteBuffer();
        written += bytes.remaining();
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
    }
  }

  private void keep(Path draft) throws IOException {
    if (replace) {
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return;
    }
    try {
      // Unlike a rename, a link never replaces what has come there meanwhile.
      Files.createLink(path, draft);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.move(draft, path);
    }
  }

  private FileAttribute<?>[] owners() {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static CommandFailure taken(Path path) {
    return CommandFailure.of(path + " is there already", "name another file, or give --force");
  }
}
