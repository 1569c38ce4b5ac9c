package dev.parley.identity;

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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * A file that only its owner may reach, whole on disk or not there at all.
 *
 * <p>On file systems without POSIX permissions the directory's own protection has to do.
 */
final class OwnerOnlyFile {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final Path file;
  private final Path directory;

  OwnerOnlyFile(Path file) {
    Path absolute = file.toAbsolutePath();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " is no file");
    }
    this.file = absolute;
    this.directory = parent;
  }

  /** Whether anyone but the owner may read, write or execute it. */
  boolean isExposed() throws IOException {
    return hasPermissions() && !OWNER.containsAll(Files.getPosixFilePermissions(file));
  }

  /** The first bytes, at most this many. */
  byte[] read(int maxBytes) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(maxBytes);
    }
  }

  /**
   * Writes it unless it is there already.
   *
   * @throws FileAlreadyExistsException when it is: another process was first
   */
  void create(byte[] content) throws IOException {
    Path draft = writeDraft(content);
    try {
      link(draft);
    } finally {
      Files.deleteIfExists(draft);
    }
    syncDirectory();
  }

  /** Writes it, in the place of what may be there. */
  void replace(byte[] content) throws IOException {
    Path draft = writeDraft(content);
    try {
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
    syncDirectory();
  }

  /** A rename would replace the file of a process that was faster; a hard link never does. */
  private void link(Path draft) throws IOException {
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // No hard links on this file system. A move without REPLACE_EXISTING looks first.
      Files.move(draft, file);
    }
  }

  private Path writeDraft(byte[] content) throws IOException {
    Files.createDirectories(directory, permissions("rwx------"));
    Path draft =
        Files.createTempFile(directory, file.getFileName() + ".", ".new", permissions("rw-------"));
    try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
      out.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(draft);
      throw e;
    }
    return draft;
  }

  /** Until its directory is on disk, a power cut can take the new name away again. */
  private void syncDirectory() throws IOException {
    if (hasPermissions()) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private FileAttribute<?>[] permissions(String posix) {
    return hasPermissions()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(posix))
        }
        : new FileAttribute<?>[0];
  }

  private boolean hasPermissions() {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
