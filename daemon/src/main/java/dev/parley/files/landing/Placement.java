package dev.parley.files.landing;

import dev.parley.files.names.SafeName;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

/**
 * Moves what has arrived to its place, and never onto what is there.
 *
 * <p>A rename replaces what is there, and to look first leaves a moment between. So a file is
 * linked: a link never replaces anything, not even a link that leads nowhere. Where the disk knows
 * no links, the name is claimed first by an empty file, made with O_EXCL. A directory's name is
 * claimed by an empty directory; to rename a directory onto another takes one that is empty.
 */
final class Placement {
  private static final int MAX_NUMBER = 10_000;

  private Placement() {}

  /**
   * @return the name that it got
   */
  static String move(Folder from, String name, Folder to) throws IOException {
    BasicFileAttributes moved =
        from.attributes(name).orElseThrow(() -> new NoSuchFileException(name));
    for (int number = 0; number < MAX_NUMBER; number++) {
      String candidate = number == 0 ? name : SafeName.numbered(name, number);
      try {
        if (moved.isDirectory()) {
          moveDirectory(from, name, to, candidate);
        } else if (!isSame(to, candidate, moved)) {
          moveFile(from, name, to, candidate);
        }
        requireMoved(to, candidate, moved);
        if (!moved.isDirectory() && from.attributes(name).isPresent()) {
          from.deleteFile(name);
        }
        return candidate;
      } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
        org.slf4j.LoggerFactory.getLogger(Placement.class).debug("{} is taken", candidate);
      }
    }
    throw new IOException("there are " + MAX_NUMBER + " files of the name " + name);
  }

  private static void moveDirectory(Folder from, String name, Folder to, String candidate)
      throws IOException {
    Files.createDirectory(to.path().resolve(candidate));
    from.move(name, to, candidate);
  }

  private static void moveFile(Folder from, String name, Folder to, String candidate)
      throws IOException {
    try {
      Files.createLink(to.path().resolve(candidate), from.path().resolve(name));
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      to.channel(candidate, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
      from.move(name, to, candidate);
    }
  }

  /** A crash came between the link and the removal of the old name. */
  private static boolean isSame(Folder to, String candidate, BasicFileAttributes moved)
      throws IOException {
    Optional<BasicFileAttributes> there = to.attributes(candidate);
    return there.isPresent()
        && moved.fileKey() != null
        && Objects.equals(there.get().fileKey(), moved.fileKey());
  }

  /** By the directory itself, whatever its path leads to by now. */
  private static void requireMoved(Folder to, String candidate, BasicFileAttributes moved)
      throws IOException {
    Optional<BasicFileAttributes> there = to.attributes(candidate);
    if (there.isEmpty()
        || (moved.fileKey() != null && !Objects.equals(there.get().fileKey(), moved.fileKey()))) {
      throw new IOException(
          to.path() + " was exchanged while files were moved there: look what has happened to it");
    }
  }
}
