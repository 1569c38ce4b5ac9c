package dev.parley.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bots of {@code docs/examples} are small, and {@code docs/embedding.md} shows them whole. */
class ExamplesTest {
  private static final Path EXAMPLES = Page.ROOT.resolve("docs").resolve("examples");
  private static final Page PAGE = Page.of("docs/embedding.md");

  @ParameterizedTest
  @ValueSource(strings = {"InProcessBot.java", "SocketBot.java", "bot.js", "bot.py"})
  void aBotHasLessThanEightyLinesAndThePageShowsThemAll(String name) {
    String source = Page.read(EXAMPLES.resolve(name));
    List<String> lines = source.lines().toList();
    assertThat(lines).as(name).hasSizeLessThan(80);
    assertThat(lines).as(name).allMatch(line -> line.length() <= 100);
    assertThat(PAGE.blocks()).as("blocks of the page").contains(source);
  }

  /** A registry is the business of whoever installs: `npm ci` takes the one that is configured. */
  @Test
  void theLockOfThePackagesNamesNoRegistry() {
    String lock = Page.read(EXAMPLES.resolve("package-lock.json"));
    assertThat(lock).contains("\"integrity\"").doesNotContain("\"resolved\"", "registry");
  }
}
