package dev.parley.it.embedding;

import dev.parley.it.process.Distribution;
import dev.parley.it.process.Home;
import dev.parley.it.process.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How {@code docs/embedding.md} says that a bot is built and run: the lines of the block that names
 * its file. Lines that install something are for people; the last line runs the bot.
 */
record Recipe(List<String> build, String run) {
  private static final Pattern BLOCK =
      Pattern.compile("^```sh\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern INSTALLS = Pattern.compile("(apt|npm|pip) .*");

  static Recipe of(Example example) {
    String page;
    try {
      page = Files.readString(Distribution.root().resolve("docs").resolve("embedding.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> lines =
        BLOCK
            .matcher(page)
            .results()
            .map(block -> block.group(1))
            .filter(block -> block.contains("examples/" + example.file()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no block of the page runs " + example.file()))
            .replace("\\\n", "")
            .lines()
            .filter(line -> !INSTALLS.matcher(line).matches())
            .map(example::adapted)
            .toList();
    return new Recipe(lines.subList(0, lines.size() - 1), lines.get(lines.size() - 1));
  }

  /**
   * A directory as the unpacked distribution is, but for the examples: those of the source tree
   * have their packages beside them.
   */
  static Path layOut(Path directory, Path distribution) throws IOException {
    Files.createDirectories(directory);
    for (String name : List.of("lib", "proto")) {
      Files.createSymbolicLink(directory.resolve(name), distribution.resolve(name));
    }
    Files.createSymbolicLink(
        directory.resolve("examples"), Distribution.root().resolve("docs").resolve("examples"));
    return directory;
  }

  /** Builds the bot there; the home lends its environment. */
  void build(Home home, Path directory) {
    for (String line : build) {
      Running step = home.launchIn(directory, "build", line);
      if (step.awaitEnd() != 0) {
        throw new AssertionError("'" + line + "' failed:\n" + step.err());
      }
    }
  }

  Running start(Home home, Path directory) {
    return home.launchIn(directory, "bot", run);
  }

  /** The examples that lie in a distribution. */
  static List<String> shipped(Path distribution) throws IOException {
    try (Stream<Path> files = Files.list(distribution.resolve("examples"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
