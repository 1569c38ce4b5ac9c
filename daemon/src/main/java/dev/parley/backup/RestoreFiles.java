package dev.parley.backup;

import com.google.common.collect.ImmutableList;
import dev.parley.proto.home.NodeHome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a restore. They are gathered in {@code restore-part} of the data directory; when all
 * are whole and on disk it becomes {@code restore-ready}, and from then on the restore has
 * happened: what is left to do is to move files, which a start after a crash completes.
 */
final class RestoreFiles {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /** Says where to what is replaced goes. */
  private static final String ASIDE = "aside";

  private final NodeHome home;
  private final Path part;
  private final Path ready;

  RestoreFiles(NodeHome home) {
    this.home = home;
    this.part = home.data().resolve("restore-part");
    this.ready = home.data().resolve("restore-ready");
  }

  /**
   * A file of a node.
   *
   * @param with what belongs to it and goes with it
   */
  private record Place(Path target, ImmutableList<Path> with) {}

  private List<Place> places() {
    Path database = home.database();
    return List.of(
        new Place(
            database,
            ImmutableList.of(
                database.resolveSibling(database.getFileName() + "-wal"),
                database.resolveSibling(database.getFileName() + "-shm"))),
        new Place(home.configFile(), ImmutableList.of()),
        new Place(home.keyFile(), ImmutableList.of(home.certificateFile())));
  }

  /** The first file of a node that is there already. */
  java.util.Optional<Path> occupied() {
    return Stream.of(home.keyFile(), home.database(), home.configFile())
        .filter(Files::exists)
        .findFirst();
  }

  /** Begins anew. */
  void prepare() throws IOException {
    discard();
    Files.createDirectories(home.data(), owners("rwx------"));
    Files.createDirectory(part, owners("rwx------"));
  }

  Path drafted(Path target) {
    return part.resolve(target.getFileName());
  }

  OutputStream draft(Path target) throws IOException {
    Path file = drafted(target);
    Files.createFile(file, owners("rw-------"));
    return Files.newOutputStream(file);
  }

  /**
   * Makes it happen.
   *
   * @return where to the files go that are there now
   */
  Path commit(Instant now) throws IOException {
    Path aside = home.data().resolve("before-restore-" + STAMP.format(now));
    for (int i = 2; Files.exists(aside); i++) {
      aside = home.data().resolve("before-restore-" + STAMP.format(now) + "." + i);
    }
    Files.writeString(part.resolve(ASIDE), aside.getFileName().toString());
    try (Stream<Path> files = Files.list(part)) {
      for (Path file : files.toList()) {
        sync(file);
      }
    }
    Files.move(part, ready, StandardCopyOption.ATOMIC_MOVE);
    sync(home.data());
    finish();
    return aside;
  }

  /** Completes what {@link #commit} has begun, if it has. */
  void finish() throws IOException {
    if (!Files.isDirectory(ready)) {
      return;
    }
    Path aside = home.data().resolve(Files.readString(ready.resolve(ASIDE)).strip()).normalize();
    for (Place place : places()) {
      Path drafted = ready.resolve(place.target().getFileName());
      if (Files.exists(drafted)) {
        for (Path with : place.with()) {
          setAside(with, aside);
        }
        setAside(place.target(), aside);
        Files.createDirectories(place.target().toAbsolutePath().getParent(), owners("rwx------"));
        Files.move(drafted, place.target());
      }
    }
    sync(home.data());
    remove(ready);
  }

  void discard() throws IOException {
    remove(part);
  }

  private static void setAside(Path file, Path aside) throws IOException {
    if (Files.exists(file)) {
      Files.createDirectories(aside, owners("rwx------"));
      Files.move(file, aside.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void remove(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void sync(Path path) throws IOException {
    boolean directory = Files.isDirectory(path);
    try (FileChannel channel =
        FileChannel.open(path, directory ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static FileAttribute<?>[] owners(String permissions) {
    return Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
