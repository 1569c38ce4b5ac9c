package dev.parley.it.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file system of a few megabytes, or one that cannot be written; unmounted when closed. */
public final class SmallDisk implements AutoCloseable {
  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /** Mounts a new file system of this size on a directory, which is made. */
  public static SmallDisk mount(Path directory, int megabytes) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Commands.run(
        List.of(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "size=" + megabytes + "m,mode=0700",
            "parley-test",
            directory.toString()));
    return new SmallDisk(directory);
  }

  /** Nothing can be written from now on. Fails while a file is open for writing. */
  public void makeReadOnly() {
    Commands.run(List.of("mount", "-o", "remount,ro", directory.toString()));
  }

  public void makeWritable() {
    Commands.run(List.of("mount", "-o", "remount,rw", directory.toString()));
  }

  /** Fills it to its last byte. */
  public void fill() {
    try (OutputStream out = Files.newOutputStream(ballast())) {
      byte[] block = new byte[4_096];
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      if (!String.valueOf(full.getMessage()).contains("No space left")) {
        throw new UncheckedIOException(full);
      }
    }
  }

  /** Fills it but for so many bytes. */
  public void fillBut(long free) {
    fill();
    try (FileChannel ballast = FileChannel.open(ballast(), StandardOpenOption.WRITE)) {
      ballast.truncate(ballast.size() - free);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes away what {@link #fill} has put there. */
  public void makeRoom() {
    try {
      Files.delete(ballast());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path ballast() {
    return directory.resolve("ballast");
  }

  @Override
  public void close() {
    // Lazily: a process that is just being killed may still have a file open.
    Commands.run(List.of("umount", "-l", directory.toString()));
  }
}
