package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a salvage, all beside the database, and the order in which they change their names.
 *
 * <p>The new database is made as {@code NAME.salvage-part} and, when it is whole on disk, called
 * {@code NAME.salvaged}. Then the damaged one is set aside, and the new one takes its place. A
 * crash leaves either the damaged one where it was, and all is done again; or none there and a
 * whole new one, which {@link #finish} puts into place.
 */
final class SalvageFiles {
  private static final Logger log = LoggerFactory.getLogger(SalvageFiles.class);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final ImmutableList<String> WITH_IT = ImmutableList.of("-wal", "-shm");
  private static final String REPORT = ".report";

  /** A report has some lines; what is larger is none. */
  private static final int MAX_REPORT_BYTES = 65_536;

  private final Path database;

  SalvageFiles(Path database) {
    this.database = database.toAbsolutePath();
  }

  Path part() {
    return beside(".salvage-part");
  }

  /** There while the database is suspected: the next start looks at every byte. */
  Path suspicion() {
    return beside(".suspect");
  }

  private Path salvaged() {
    return beside(".salvaged");
  }

  /** Removes what an attempt before has left. */
  void clear() throws IOException {
    for (Path draft : List.of(part(), salvaged())) {
      Files.deleteIfExists(draft);
      for (String suffix : List.of("-journal", "-wal", "-shm")) {
        Files.deleteIfExists(draft.resolveSibling(draft.getFileName() + suffix));
      }
    }
  }

  /** A name that is not taken. */
  Path damagedName(Instant now) {
    Path name = beside(".damaged-" + STAMP.format(now));
    for (int i = 2; Files.exists(name); i++) {
      name = beside(".damaged-" + STAMP.format(now) + "." + i);
    }
    return name;
  }

  /** Puts the finished part in the place of the damaged database, which is set aside. */
  void replace(SalvageReport report) throws IOException {
    sync(part());
    write(report);
    Files.move(part(), salvaged(), StandardCopyOption.ATOMIC_MOVE);
    Files.move(database, report.damaged(), StandardCopyOption.ATOMIC_MOVE);
    finish();
  }

  /** Completes a replacement that was interrupted. */
  void finish() throws IOException {
    if (Files.exists(salvaged()) && Files.notExists(database)) {
      // Its log must not be found beside the new database.
      for (String suffix : WITH_IT) {
        setAside(beside(suffix), suffix);
      }
      Files.move(salvaged(), database, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(suspicion());
      sync(database.resolveSibling(".").normalize());
    }
  }

  private void setAside(Path with, String suffix) throws IOException {
    if (Files.exists(with)) {
      ImmutableList<SalvageReport> reports = reports();
      if (reports.isEmpty()) {
        throw new IOException(with + " belongs to a damaged database that is not there any more");
      }
      Path damaged = reports.get(reports.size() - 1).damaged();
      Files.move(
          with,
          damaged.resolveSibling(damaged.getFileName() + suffix),
          StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Of all damaged databases that still lie beside this one; the oldest first. */
  ImmutableList<SalvageReport> reports() {
    List<SalvageReport> found = new ArrayList<>();
    Path directory = database.resolveSibling(".").normalize();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, database.getFileName() + ".damaged-*" + REPORT)) {
      for (Path file : files) {
        Path damaged =
            file.resolveSibling(
                file.getFileName().toString().replaceAll("\\Q" + REPORT + "\\E$", ""));
        if (Files.exists(damaged) && Files.size(file) <= MAX_REPORT_BYTES) {
          found.add(read(file, damaged));
        }
      }
    } catch (IOException | RuntimeException e) {
      log.warn("the report of a salvage cannot be read: {}", e.toString());
    }
    found.sort(java.util.Comparator.comparing(SalvageReport::at));
    return ImmutableList.copyOf(found);
  }

  private static void write(SalvageReport report) throws IOException {
    Properties lines = new Properties();
    lines.setProperty("at", report.at().toString());
    lines.setProperty("cause", report.cause());
    report.saved().forEach((what, count) -> lines.setProperty("saved." + what, count.toString()));
    for (int i = 0; i < report.missing().size(); i++) {
      lines.setProperty("missing." + i, report.missing().get(i));
    }
    Path file = report.damaged().resolveSibling(report.damaged().getFileName() + REPORT);
    Files.deleteIfExists(file);
    DatabaseFile.createOwnersAlone(file);
    try (Writer writer = Files.newBufferedWriter(file)) {
      lines.store(writer, "What was salvaged from the damaged database beside this file");
    }
    sync(file);
  }

  private static SalvageReport read(Path file, Path damaged) throws IOException {
    Properties lines = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      lines.load(reader);
    }
    TreeMap<String, Long> saved = new TreeMap<>();
    TreeMap<Integer, String> missing = new TreeMap<>();
    for (String key : lines.stringPropertyNames()) {
      if (key.startsWith("saved.")) {
        saved.put(key.substring(6), Long.parseLong(lines.getProperty(key)));
      } else if (key.startsWith("missing.")) {
        missing.put(Integer.parseInt(key.substring(8)), lines.getProperty(key));
      }
    }
    try {
      return new SalvageReport(
          damaged,
          Instant.parse(lines.getProperty("at", "")),
          lines.getProperty("cause", ""),
          ImmutableMap.copyOf(saved),
          ImmutableList.copyOf(missing.values()));
    } catch (DateTimeException e) {
      throw new IOException(file + " names no time", e);
    }
  }

  private static void sync(Path path) throws IOException {
    StandardOpenOption option =
        Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private Path beside(String suffix) {
    return database.resolveSibling(database.getFileName() + suffix);
  }
}
