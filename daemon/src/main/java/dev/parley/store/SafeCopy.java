package dev.parley.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A copy of a damaged database, put aside before anybody tries to repair it.
 *
 * <p>A service manager may try to start the daemon again and again: an identical copy that exists
 * is found and not made anew, so the disk does not fill.
 */
final class SafeCopy {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final Path database;
  private final Clock clock;

  SafeCopy(Path database, Clock clock) {
    this.database = database.toAbsolutePath();
    this.clock = clock;
  }

  /** Where the copy lies; of the WAL too, when there is one. */
  Path make() throws IOException {
    String prefix = database.getFileName() + ".corrupt-";
    Path directory = database.resolveSibling(".").normalize();
    try (DirectoryStream<Path> copies = Files.newDirectoryStream(directory, prefix + "*")) {
      for (Path copy : copies) {
        if (Files.mismatch(database, copy) == -1) {
          return copy;
        }
      }
    }
    Path copy = directory.resolve(prefix + STAMP.format(clock.instant()));
    Files.copy(database, copy);
    Path wal = database.resolveSibling(database.getFileName() + "-wal");
    if (Files.exists(wal) && Files.size(wal) > 0) {
      Files.copy(wal, directory.resolve(copy.getFileName() + "-wal"));
    }
    return copy;
  }
}
