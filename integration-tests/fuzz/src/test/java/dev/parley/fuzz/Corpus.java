package dev.parley.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Inputs on disk, a folder for each target: {@code crash-…} were found to break a parser, the
 * others reach much of it between them.
 */
record Corpus(Path root) {
  /** From the module's folder, where Maven runs tests. */
  static final Path PLACE = Path.of("src", "test", "resources", "corpus");

  Path folder(FuzzTarget target) {
    return root.resolve(target.name());
  }

  List<Path> inputs(FuzzTarget target) {
    return Files.isDirectory(folder(target)) ? list(folder(target)) : List.of();
  }

  List<String> folders() {
    return list(root).stream().map(folder -> folder.getFileName().toString()).toList();
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
