package dev.parley.it.bench;

import dev.parley.it.bench.TwoHosts.Pair;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A large file, and many small ones. */
final class FileSending {
  private static final int LARGE_MEGABYTES = 1_000;
  private static final int SMALL_FILES = 5_000;
  private static final int SMALL_BYTES = 4_096;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private FileSending() {}

  static List<Measured> measure(Stage stage) throws Exception {
    if (!TwoHosts.possible()) {
      return List.of();
    }
    Pair pair = TwoHosts.cabled(stage).daemons().direct();
    Path large = large(stage.directory().resolve("large"), LARGE_MEGABYTES);
    send(pair, large(stage.directory().resolve("warm-up"), 100));
    double seconds = send(pair, large);
    double small = send(pair, small(stage.directory().resolve("small")));
    return List.of(
        Measured.without(
            "a file of 1 GB over veth, until the command has ended",
            LARGE_MEGABYTES / seconds,
            "MB/s"),
        Measured.without(SMALL_FILES + " files of 4 KB", SMALL_FILES / small, "/s"));
  }

  private static double send(Pair pair, Path path) {
    long start = System.nanoTime();
    Running command = pair.alice().home().launchParley("file", "send", "bob", path.toString());
    if (!command.endsWithin(PATIENCE) || command.awaitEnd() != 0) {
      throw new IllegalStateException("not sent: " + command.err());
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static Path large(Path file, int megabytes) throws Exception {
    byte[] block = new byte[1_000_000];
    Random random = new Random(1);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < megabytes; i++) {
        random.nextBytes(block);
        out.write(block);
      }
    }
    return file;
  }

  private static Path small(Path tree) throws Exception {
    Files.createDirectories(tree);
    byte[] content = new byte[SMALL_BYTES];
    Random random = new Random(2);
    for (int i = 0; i < SMALL_FILES; i++) {
      random.nextBytes(content);
      Files.write(tree.resolve("f" + i), content);
    }
    return tree;
  }
}
