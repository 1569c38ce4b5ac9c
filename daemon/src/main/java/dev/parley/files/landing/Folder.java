package dev.parley.files.landing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory held open, where the system can do that: whatever is put in the place of its path, by
 * link or by name, names in it are looked up in it. Never follows a link in it. Where the system
 * cannot, by path and with the same checks. Not thread-safe.
 */
final class Folder implements AutoCloseable {
  private final Path path;
  private final DirectoryStream<Path> stream;
  private final @Nullable SecureDirectoryStream<Path> handle;

  private Folder(Path path, DirectoryStream<Path> stream) {
    this.path = path;
    this.stream = stream;
    this.handle = stream instanceof SecureDirectoryStream<Path> secure ? secure : null;
  }

  /** Opens one by its path, which may lead through links. */
  static Folder open(Path path) throws IOException {
    return new Folder(path, Files.newDirectoryStream(path));
  }

  Path path() {
    return path;
  }

  /** The directory of this name. */
  Folder enter(String name) throws IOException {
    Path below = path.resolve(name);
    if (handle != null) {
      return new Folder(below, handle.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS));
    }
    if (!Files.isDirectory(below, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(below.toString());
    }
    return new Folder(below, Files.newDirectoryStream(below));
  }

  /** The same, made when it is not there. Java makes directories by path only: entering tells. */
  Folder make(String name, FileAttribute<?>... attributes) throws IOException {
    try {
      return enter(name);
    } catch (NoSuchFileException e) {
      try {
        Files.createDirectory(path.resolve(name), attributes);
      } catch (FileAlreadyExistsException other) {
        // Entering it tells whether it is one.
        return enter(name);
      }
      return enter(name);
    }
  }

  SeekableByteChannel channel(String name, OpenOption... options) throws IOException {
    Set<OpenOption> all = new HashSet<>(List.of(options));
    all.add(LinkOption.NOFOLLOW_LINKS);
    return handle != null
        ? handle.newByteChannel(Path.of(name), all)
        : Files.newByteChannel(path.resolve(name), all);
  }

  Optional<BasicFileAttributes> attributes(String name) throws IOException {
    try {
      return Optional.of(view(name, BasicFileAttributeView.class).readAttributes());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  BasicFileAttributeView times(String name) {
    return view(name, BasicFileAttributeView.class);
  }

  /** Empty where there are no such permissions. */
  Optional<PosixFileAttributeView> permissions(String name) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? Optional.of(view(name, PosixFileAttributeView.class))
        : Optional.empty();
  }

  private <V extends BasicFileAttributeView> V view(String name, Class<V> type) {
    return handle != null
        ? handle.getFileAttributeView(Path.of(name), type, LinkOption.NOFOLLOW_LINKS)
        : Files.getFileAttributeView(path.resolve(name), type, LinkOption.NOFOLLOW_LINKS);
  }

  /** Moves a file or directory; what is there may be replaced, so let nothing be there. */
  void move(String name, Folder to, String newName) throws IOException {
    if (handle != null && to.handle != null) {
      handle.move(Path.of(name), to.handle, Path.of(newName));
    } else {
      Files.move(path.resolve(name), to.path.resolve(newName), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  void deleteFile(String name) throws IOException {
    if (handle != null) {
      handle.deleteFile(Path.of(name));
    } else {
      Files.delete(path.resolve(name));
    }
  }

  void deleteDirectory(String name) throws IOException {
    if (handle != null) {
      handle.deleteDirectory(Path.of(name));
    } else {
      Files.delete(path.resolve(name));
    }
  }

  /** Deletes it with all that is in it; nothing when it is not there. */
  void deleteAll(String name) throws IOException {
    Optional<BasicFileAttributes> found = attributes(name);
    if (found.isEmpty()) {
      return;
    }
    if (!found.get().isDirectory()) {
      deleteFile(name);
      return;
    }
    try (Folder inner = enter(name)) {
      for (String each : inner.names()) {
        inner.deleteAll(each);
      }
    }
    deleteDirectory(name);
  }

  /** What is in it. Once: a directory stream is read once. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    stream.forEach(each -> names.add(String.valueOf(each.getFileName())));
    return names;
  }

  /** Makes names in it durable, where the system can do that. */
  void sync() {
    try (FileChannel itself = FileChannel.open(path, StandardOpenOption.READ)) {
      itself.force(true);
    } catch (IOException e) {
      // Not to be had on every system; then the system's own time has to do.
      org.slf4j.LoggerFactory.getLogger(Folder.class).debug("cannot sync {}", path, e);
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
