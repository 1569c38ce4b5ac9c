package dev.parley.it.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.process.Distribution;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The archive that `mvn package` makes. */
class ArchiveIT {
  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;
  private static final int SIZE_AT = 124;
  private static final int MODE_AT = 100;

  private final String base = "parley-" + Distribution.version();

  @Test
  void itHoldsTheProgramsAndTheirLibraries() throws IOException {
    List<Entry> entries = entries();
    assertThat(entries)
        .extracting(Entry::name)
        .contains(
            base + "/bin/parley",
            base + "/bin/parleyd",
            base + "/bin/launcher.bash",
            base + "/lib/parley-daemon-" + Distribution.version() + ".jar",
            base + "/lib/parley-cli-client-" + Distribution.version() + ".jar")
        .allMatch(name -> name.startsWith(base + "/"));
    assertThat(entries)
        .filteredOn(entry -> entry.name().matches(".*/bin/parleyd?"))
        .hasSize(2)
        .allMatch(entry -> entry.mode().contains("755"));
  }

  /** Equal sources give equal bytes: nothing in the jars tells when or where they were built. */
  @Test
  void itsOwnJarsTellNoTimeAndNoPlace() throws IOException {
    for (String module : List.of("proto", "nat", "daemon", "cli-client")) {
      Path jar =
          Distribution.built()
              .lib()
              .resolve("parley-" + module + "-" + Distribution.version() + ".jar");
      try (JarFile file = new JarFile(jar.toFile())) {
        Set<LocalDateTime> times = new HashSet<>();
        file.stream().map(ZipEntry::getTimeLocal).forEach(times::add);
        assertThat(times)
            .as("times in %s", jar)
            .containsExactly(LocalDateTime.of(2026, 11, 22, 0, 0));
        assertThat(file.getManifest().getMainAttributes().keySet())
            .as("manifest of %s", jar)
            .extracting(Object::toString)
            .doesNotContain("Built-By", "Build-Jdk", "Bnd-LastModified");
      }
    }
  }

  private record Entry(String name, String mode) {}

  /** Reads a ustar or pax archive (POSIX.1-2008, pax): names past 100 bytes are not needed here. */
  private List<Entry> entries() throws IOException {
    Path archive = Distribution.root().resolve("target").resolve(base + ".tar.gz");
    assertThat(archive).isRegularFile();
    List<Entry> entries = new ArrayList<>();
    try (InputStream in =
        new BufferedInputStream(new GZIPInputStream(Files.newInputStream(archive)))) {
      byte[] header = in.readNBytes(BLOCK);
      while (header.length == BLOCK && header[0] != 0) {
        char type = (char) header[156];
        if (type == '0' || type == '5') {
          entries.add(new Entry(text(header, 0, NAME_BYTES), text(header, MODE_AT, 8)));
        }
        long size = Long.parseLong(text(header, SIZE_AT, 11).strip(), 8);
        in.skipNBytes((size + BLOCK - 1) / BLOCK * BLOCK);
        header = in.readNBytes(BLOCK);
      }
    }
    return entries;
  }

  private static String text(byte[] header, int from, int length) {
    String text = new String(header, from, length, StandardCharsets.UTF_8);
    int end = text.indexOf(0);
    return end < 0 ? text : text.substring(0, end);
  }
}
