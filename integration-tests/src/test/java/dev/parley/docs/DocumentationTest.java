package dev.parley.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.diagnosis.Cause;
import dev.parley.diagnosis.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages say of each other, of the code and of its tests holds. */
class DocumentationTest {
  private static final Page SECURITY = Page.of("docs/security.md");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
  private static final Pattern KEY_ROW =
      Pattern.compile(
          "^\\| .+? \\| (\\S+?)(?: s)? \\| `([a-z_]+\\.[a-z_.]+)` \\|", Pattern.MULTILINE);

  static List<Page> pages() throws IOException {
    List<Page> pages = new ArrayList<>(List.of(Page.of("README.md"), Page.of("CHANGELOG.md")));
    try (Stream<Path> files = Files.walk(Page.ROOT.resolve("docs"))) {
      files
          .filter(file -> file.toString().endsWith(".md"))
          // Of others: what `npm ci` has brought.
          .filter(file -> !file.toString().contains("node_modules"))
          .forEach(file -> pages.add(new Page(file, Page.read(file))));
    }
    return pages;
  }

  static List<Page.Constant> bounds() {
    return SECURITY.constants();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsSomewhere(Page page) {
    for (String link : page.links()) {
      int hash = link.indexOf('#');
      String path = hash < 0 ? link : link.substring(0, hash);
      Path target = path.isEmpty() ? page.file() : page.file().resolveSibling(path).normalize();
      assertThat(target).as(link).exists();
      if (hash >= 0) {
        assertThat(new Page(target, Page.read(target)).anchors())
            .as(link)
            .contains(link.substring(hash + 1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("bounds")
  void aBoundHasTheValueThatIsDocumented(Page.Constant bound) {
    assertThat(Constants.inCode(bound.className(), bound.field()))
        .as(bound.what())
        .isEqualByComparingTo(Constants.written(bound.value()));
  }

  @Test
  void aBoundThatIsConfiguredHasTheDefaultOfTheConfigurationPage() {
    String configuration = Page.of("docs/configuration.md").text();
    List<MatchResult> rows = KEY_ROW.matcher(SECURITY.text()).results().toList();
    assertThat(rows).hasSizeGreaterThan(8);
    for (MatchResult row : rows) {
      String value = row.group(1).replace(',', '_');
      assertThat(configuration)
          .as(row.group(2))
          .containsPattern("\\| `" + row.group(2) + "` \\| [^|]* \\| `\"?" + value + "s?\"?` \\|");
    }
  }

  @Test
  void everyTestThatIsNamedExists() {
    List<MatchResult> tests = TEST.matcher(SECURITY.text()).results().toList();
    assertThat(tests).hasSizeGreaterThan(20);
    for (MatchResult test : tests) {
      String source =
          source(test.group(1) + ".java")
              .orElseThrow(() -> new AssertionError("there is no " + test.group(1)));
      assertThat(source).as(test.group()).contains("void " + test.group(2) + "(");
    }
  }

  @Test
  void everyCauseAndRemedyThatWhyNamesIsDocumented() {
    Page cli = Page.of("docs/cli.md");
    assertThat(words(cli, "| `cause` | means |"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Cause.values()).map(Cause::word).toList());
    assertThat(words(cli, "| `help[].action` | means |"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Remedy.values()).map(Remedy::word).toList());
  }

  private static List<String> words(Page page, String table) {
    return page.tableBehind(table).stream()
        .flatMap(row -> Arrays.stream(row.get(0).replace("`", "").split(", ")))
        .toList();
  }

  @Test
  void theExampleOfTheReadmeIsCodeThatCompiles() {
    String example = source("EmbeddingExample.java").orElseThrow();
    List<String> blocks =
        Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
            .matcher(Page.of("README.md").text())
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(blocks).hasSize(1);
    assertThat(withoutSpaces(example)).contains(withoutSpaces(blocks.get(0)));
  }

  private static String withoutSpaces(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static Optional<String> source(String name) {
    for (String module : List.of("proto", "nat", "daemon", "cli-client", "integration-tests")) {
      try (Stream<Path> files = Files.walk(Page.ROOT.resolve(module).resolve("src/test/java"))) {
        Optional<Path> found =
            files.filter(file -> file.getFileName().toString().equals(name)).findFirst();
        if (found.isPresent()) {
          return found.map(Page::read);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Optional.empty();
  }
}
