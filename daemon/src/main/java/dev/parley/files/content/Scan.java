package dev.parley.files.content;

import com.google.common.collect.ImmutableList;
import dev.parley.files.content.SourceException.Reason;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks through files and directories, and writes down what can be sent of them. */
final class Scan implements FileVisitor<Path> {
  private static final int SHOWN_NAMES = 16;
  private static final int SHOWN_LEFT_OUT = 16;

  private final DataOutputStream out;
  private final ImmutableList.Builder<String> names = ImmutableList.builder();
  private final ImmutableList.Builder<String> firstLeftOut = ImmutableList.builder();
  private int tops;
  private long bytes;
  private int entries;
  private int leftOut;
  private Path root = Path.of("");
  private @Nullable SourceException failure;

  Scan(DataOutputStream out) {
    this.out = out;
  }

  Manifest.Summary summary() {
    return new Manifest.Summary(names.build(), bytes, entries, leftOut, firstLeftOut.build());
  }

  void run(List<Path> paths) throws SourceException, IOException {
    if (paths.size() > Manifest.MAX_PATHS) {
      throw new SourceException(
          Reason.TOO_MUCH, "one transfer takes at most " + Manifest.MAX_PATHS + " paths");
    }
    for (Path path : paths) {
      root = path.toAbsolutePath().normalize();
      if (root.getFileName() == null) {
        throw new SourceException(Reason.UNREADABLE, "the whole disk cannot be sent: " + path);
      }
      int before = entries;
      Files.walkFileTree(root, this);
      if (failure != null) {
        throw failure;
      }
      if (entries > before && ++tops <= SHOWN_NAMES) {
        names.add(root.getFileName().toString());
      }
    }
    if (entries == 0) {
      throw new SourceException(
          Reason.UNREADABLE, "there is nothing to send: links and special files are left out");
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (!attributes.isRegularFile()) {
      leaveOut(file);
      return FileVisitResult.CONTINUE;
    }
    if (!Files.isReadable(file)) {
      return fail(Reason.UNREADABLE, "may not read " + file);
    }
    bytes += attributes.size();
    return add(file, attributes);
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) {
    return fail(
        Reason.UNREADABLE,
        e instanceof NoSuchFileException
            ? "there is no " + file
            : "cannot read " + file + ": " + e.getMessage());
  }

  /** After everything in it, so that what is put into it does not change its time. */
  @Override
  public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
      throws IOException {
    if (e != null) {
      return visitFileFailed(directory, e);
    }
    return add(directory, Files.readAttributes(directory, BasicFileAttributes.class));
  }

  private FileVisitResult add(Path file, BasicFileAttributes attributes) throws IOException {
    ImmutableList.Builder<String> path = ImmutableList.builder();
    path.add(String.valueOf(root.getFileName()));
    if (!file.equals(root)) {
      root.relativize(file).forEach(name -> path.add(name.toString()));
    }
    ImmutableList<String> built = path.build();
    int length = String.join("/", built).getBytes(StandardCharsets.UTF_8).length;
    if (built.size() > Manifest.MAX_DEPTH || length > Manifest.MAX_PATH_BYTES) {
      return fail(Reason.TOO_MUCH, "the directories are nested too deeply: " + file);
    }
    if (++entries > Manifest.MAX_ENTRIES) {
      return fail(
          Reason.TOO_MUCH,
          "there are more than " + Manifest.MAX_ENTRIES + " files: send an archive of them");
    }
    SourceEntry.of(file, built, attributes).write(out);
    return FileVisitResult.CONTINUE;
  }

  private void leaveOut(Path file) {
    if (++leftOut <= SHOWN_LEFT_OUT) {
      firstLeftOut.add(file.toString());
    }
  }

  private FileVisitResult fail(Reason reason, String message) {
    failure = new SourceException(reason, message);
    return FileVisitResult.TERMINATE;
  }
}
