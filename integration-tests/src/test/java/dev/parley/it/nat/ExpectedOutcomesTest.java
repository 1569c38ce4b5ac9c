package dev.parley.it.nat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.nat.ExpectedOutcomes.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExpectedOutcomesTest {
  private static final Path PAGE = Path.of("..", "docs", "nat-matrix.md");

  static List<Pair> pairs() {
    return ExpectedOutcomes.pairs();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theTableFollowsFromHowEachSideMapsAndFilters(Pair pair) {
    Outcome expected = Outcome.RELAYED;
    if (canPunch(pair.one(), pair.other()) && canPunch(pair.other(), pair.one())) {
      expected = Outcome.DIRECT_UDP;
    } else if (takesTcp(pair.one()) || takesTcp(pair.other())) {
      expected = Outcome.DIRECT_TCP;
    }
    assertThat(ExpectedOutcomes.of(pair.one(), pair.other())).isEqualTo(expected);
    assertThat(ExpectedOutcomes.of(pair.other(), pair.one())).isEqualTo(expected);
  }

  /** Whether packets of one get in to the other, whose port is told, and who has sent some too. */
  private static boolean canPunch(NatKind one, NatKind other) {
    if (one.mapping() == Mapping.BLOCKED || other.mapping() == Mapping.BLOCKED) {
      return false;
    }
    boolean portUnknown =
        one.mapping() == Mapping.ADDRESS_AND_PORT_DEPENDENT
            || one.mapping() == Mapping.ADDRESS_DEPENDENT;
    return !portUnknown || other.filtering() != Filtering.ADDRESS_AND_PORT_DEPENDENT;
  }

  private static boolean takesTcp(NatKind kind) {
    return kind.filtering() == Filtering.NONE || kind.filtering() == Filtering.ENDPOINT_INDEPENDENT;
  }

  /** After a change of the table: run this with -Dpage.write=true. */
  @Test
  void thePageOfTheDocumentationIsUpToDate() throws IOException {
    if (Boolean.getBoolean("page.write")) {
      Files.writeString(PAGE, NatMatrixPage.text());
    }
    assertThat(PAGE).hasContent(NatMatrixPage.text());
  }
}
