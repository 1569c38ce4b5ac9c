package dev.parley.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A page of the documentation, as the tests look at it. */
record Page(Path file, String text) {
  /** The project's root: tests run in their module's directory. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final Pattern FENCE =
      Pattern.compile("^```([^\\n]*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| (.+?) \\| (.+?) \\| `([a-z.]+)\\.([A-Z]\\w*)\\.([A-Z][A-Z0-9_]*)` \\|",
          Pattern.MULTILINE);

  static Page of(String path) {
    Path file = ROOT.resolve(path);
    return new Page(file, read(file));
  }

  /** A row that names a constant of the code. */
  record Constant(String what, String value, String className, String field) {}

  List<Constant> constants() {
    return ROW.matcher(text)
        .results()
        .map(
            row ->
                new Constant(
                    row.group(1),
                    row.group(2),
                    "dev.parley." + row.group(3) + "." + row.group(4),
                    row.group(5)))
        .toList();
  }

  /** The vectors of all fenced blocks that quote this file. */
  Map<String, String> vectors(String name) {
    Map<String, String> all = new LinkedHashMap<>();
    FENCE
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals("vectors " + name))
        .forEach(block -> all.putAll(parseVectors(block.group(2))));
    return all;
  }

  /** The lines of all fenced blocks, without vectors. */
  String code() {
    return FENCE
        .matcher(text)
        .results()
        .filter(block -> !block.group(1).startsWith("vectors"))
        .map(block -> block.group(2))
        .collect(Collectors.joining("\n"));
  }

  /** What each fenced block holds. */
  List<String> blocks() {
    return FENCE.matcher(text).results().map(block -> block.group(2)).toList();
  }

  /** The rows of the first table after this heading line, each cut into its cells. */
  List<List<String>> tableBehind(String heading) {
    int from = text.indexOf(heading);
    if (from < 0) {
      throw new IllegalStateException(file + " has no '" + heading + "'");
    }
    List<List<String>> rows = new ArrayList<>();
    for (String line : text.substring(from).lines().toList()) {
      if (line.startsWith("| ")) {
        rows.add(List.of(line.substring(2, line.length() - 2).split(" \\| ", -1)));
      } else if (!rows.isEmpty() && !line.startsWith("|")) {
        break;
      }
    }
    return rows.subList(1, rows.size());
  }

  /** Where the page's own links lead, those to the web left out. */
  List<String> links() {
    return Pattern.compile("\\]\\(([^)\\s]+)\\)")
        .matcher(FENCE.matcher(text).replaceAll(""))
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.matches("[a-z]+://.*"))
        .toList();
  }

  /** As the forges make them of headings. */
  List<String> anchors() {
    return text.lines()
        .filter(line -> line.matches("#{1,6} .*"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(java.util.Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  /** NAME = VALUE lines; '#' begins a comment, a backslash continues a line. */
  static Map<String, String> parseVectors(String text) {
    Map<String, String> vectors = new LinkedHashMap<>();
    String joined = text.replaceAll("\\\\\\n\\s*", "");
    for (String line : joined.lines().toList()) {
      Matcher entry = Pattern.compile("([A-Za-z0-9.-]+) =\\s*(.*)").matcher(line);
      if (entry.matches()) {
        vectors.put(entry.group(1), entry.group(2).strip());
      }
    }
    return vectors;
  }

  /** The vector file of this name in whichever module, if there is one. */
  static Optional<Path> vectorFile(String name) {
    return List.of("proto", "nat", "daemon").stream()
        .map(module -> ROOT.resolve(module).resolve("src/test/resources/vectors/" + name + ".txt"))
        .filter(Files::exists)
        .findFirst();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
