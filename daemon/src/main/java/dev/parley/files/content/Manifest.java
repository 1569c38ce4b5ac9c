package dev.parley.files.content;

import com.google.common.collect.ImmutableList;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * What one transfer sends, in its order, in a file of the sender's own: so that a transfer that is
 * resumed sends the same, and a million entries need no memory.
 */
public final class Manifest {
  /** Of one transfer, in entries. */
  public static final int MAX_ENTRIES = 1_000_000;

  /** What the user names. */
  public static final int MAX_PATHS = 10_000;

  /** Names from the top. */
  public static final int MAX_DEPTH = 64;

  /** Of all names of an entry, in bytes. */
  public static final int MAX_PATH_BYTES = 4_096;

  private Manifest() {}

  /**
   * What a transfer has.
   *
   * @param names of the first at the top
   * @param leftOut links and special files, which are not sent
   * @param firstLeftOut the first of them
   */
  public record Summary(
      ImmutableList<String> names,
      long bytes,
      int entries,
      int leftOut,
      ImmutableList<String> firstLeftOut) {}

  /** Looks through what is to be sent, and writes it down. Nothing is left when it fails. */
  public static Summary write(Path file, List<Path> paths) throws SourceException, IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    try {
      Scan scan;
      try (DataOutputStream out =
          new DataOutputStream(
              new BufferedOutputStream(
                  Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)))) {
        if (directory != null && isPosix(file)) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        scan = new Scan(out);
        scan.run(paths);
      }
      return scan.summary();
    } catch (SourceException | IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** Reads it from the entry with this number, from 0. */
  public static Reader read(Path file, int from) throws IOException {
    Reader reader =
        new Reader(
            new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 64 * 1024)));
    for (int i = 0; i < from; i++) {
      if (reader.next().isEmpty()) {
        reader.close();
        throw new EOFException("there are no " + from + " entries");
      }
    }
    return reader;
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Reads one entry after the other. */
  public static final class Reader implements AutoCloseable {
    private final DataInputStream in;

    private Reader(DataInputStream in) {
      this.in = in;
    }

    public Optional<SourceEntry> next() throws IOException {
      in.mark(1);
      if (in.read() < 0) {
        return Optional.empty();
      }
      in.reset();
      return Optional.of(SourceEntry.read(in));
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
