package dev.parley.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  static Stream<Key<?>> keys() {
    return Keys.ALL.values().stream();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void thePageTellsEveryKeyWithItsExpectationAndItsDefault(Key<?> key) throws Exception {
    List<String> rows =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| `" + key.name() + "` |"))
            .toList();

    assertThat(rows).hasSize(1);
    assertThat(rows.get(0)).contains("| " + key.type().expectation() + " |");
    key.byDefault()
        .ifPresent(value -> assertThat(rows.get(0)).contains("| `" + inToml(value) + "` |"));
  }

  @Test
  void thePageTellsNoKeyThatDoesNotExist() throws Exception {
    List<String> told =
        Pattern.compile("^\\| `([a-z_.]+)` \\|", Pattern.MULTILINE)
            .matcher(Files.readString(PAGE))
            .results()
            .map((MatchResult row) -> row.group(1))
            .toList();

    assertThat(told).containsExactlyElementsOf(Keys.ALL.keySet());
  }

  @Test
  void theExampleOnThePageIsValid(@TempDir Path temp) throws Exception {
    String page = Files.readString(PAGE);
    String start = "```toml\n";
    int from = page.indexOf(start) + start.length();
    Path file = temp.resolve("config.toml");
    Files.writeString(file, page.substring(from, page.indexOf("```", from)));

    ConfigFile config = ConfigFile.load(file);

    assertThat(config.node(NodeOverrides.NONE).relays()).isNotEmpty();
    assertThat(config.relay(RelayOverrides.NONE).limits()).isNotNull();
  }

  private static String inToml(Object value) {
    return value instanceof String text ? "\"" + text + "\"" : KeyType.shown(value);
  }
}
