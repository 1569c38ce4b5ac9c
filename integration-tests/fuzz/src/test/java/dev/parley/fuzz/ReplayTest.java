package dev.parley.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every input that was worth keeping, and every seed, through its target again. */
class ReplayTest {
  private static final Corpus CORPUS = new Corpus(Corpus.PLACE);

  @TestFactory
  List<DynamicTest> noInputThatIsKnownBreaksAParser() {
    return Targets.all().stream()
        .map(target -> DynamicTest.dynamicTest(target.name(), () -> replay(target)))
        .toList();
  }

  private static void replay(FuzzTarget target) throws Exception {
    assertThat(target.seeds()).isNotEmpty();
    target.check(new byte[0]);
    for (int i = 0; i < target.seeds().size(); i++) {
      check(target, "seed " + i, target.seeds().get(i));
    }
    for (Path input : CORPUS.inputs(target)) {
      check(target, input.toString(), Files.readAllBytes(input));
    }
  }

  private static void check(FuzzTarget target, String what, byte[] input) {
    try {
      target.check(input);
    } catch (Throwable e) {
      throw new AssertionError(target.name() + " is broken by " + what, e);
    }
  }

  @Test
  void thePageOnFuzzingListsEveryTarget() throws IOException {
    String page = Files.readString(Path.of("..", "..", "docs", "fuzzing.md"));
    List<String> listed =
        Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|")
            .matcher(page)
            .results()
            .map(row -> row.group(1))
            .toList();
    assertThat(listed)
        .containsExactlyInAnyOrderElementsOf(Targets.all().stream().map(FuzzTarget::name).toList());
  }

  @Test
  void everyFolderOfTheCorpusBelongsToATarget() {
    List<String> names = Targets.all().stream().map(FuzzTarget::name).toList();
    assertThat(names).doesNotHaveDuplicates();
    assertThat(names).containsAll(CORPUS.folders());
  }
}
