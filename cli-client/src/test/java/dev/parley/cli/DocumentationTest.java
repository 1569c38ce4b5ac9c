package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/cli.md is a promise to scripts: nothing that the program has may be missing from it. */
class DocumentationTest {
  private static final Path MODULE = Path.of("").toAbsolutePath();
  private static final Pattern FIELD =
      Pattern.compile(
          "(?<!commands)\\.put(?:Millis|Time|Strings|Objects?|Null|Counts)?\\(\\s*\"(\\w+)\"");

  private static String page() throws IOException {
    return Files.readString(MODULE.resolveSibling("docs").resolve("cli.md"));
  }

  @Test
  void everyCommandAndOptionIsDocumented() throws IOException {
    Session session =
        new Session(Map.of(), new Session.Terminal(false, 0), System.in, System.out, System.err);
    check(page(), Parley.commandLine(session), "parley");
  }

  private static void check(String page, CommandLine line, String name) {
    line.getSubcommands()
        .forEach(
            (word, sub) -> {
              if (!sub.getCommandSpec().usageMessage().hidden()) {
                assertThat(page).contains(name + " " + word);
                check(page, sub, name + " " + word);
              }
            });
    line.getCommandSpec()
        .options()
        .forEach(option -> assertThat(page).as(name).contains(option.longestName()));
  }

  @Test
  void everyJsonFieldIsDocumented() throws IOException {
    TreeSet<String> fields = new TreeSet<>();
    for (Path source : sources()) {
      Matcher matcher = FIELD.matcher(Files.readString(source));
      while (matcher.find()) {
        fields.add(matcher.group(1));
      }
    }
    assertThat(fields).contains("messageId", "rttMs", "error", "addresses", "dropped", "step");
    String page = page();
    assertThat(fields)
        .allSatisfy(field -> assertThat(page).containsPattern("[`\"]" + field + "[`\"]"));
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(MODULE.resolve("src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void everyExitCodeIsDocumented() throws IOException {
    String page = page();
    for (int code = 0; code <= 5; code++) {
      assertThat(page).contains("| " + code + " |");
    }
  }
}
