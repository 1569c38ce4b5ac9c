package dev.parley.it.nat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.diagnosis.Diagnosis;
import dev.parley.diagnosis.NatFacts;
import dev.parley.diagnosis.Situation;
import dev.parley.it.nat.ExpectedOutcomes.Pair;
import dev.parley.link.LinkPath;
import dev.parley.nat.netcheck.NatBehavior;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

  @ParameterizedTest
  @MethodSource("pairs")
  void theCauseIsWhatTheDiagnosisMakesOfWhatBothSidesMeasure(Pair pair) {
    assertThat(ExpectedOutcomes.cause(pair.one(), pair.other()))
        .hasToString(diagnosed(pair.one(), pair.other()));
    assertThat(ExpectedOutcomes.cause(pair.other(), pair.one()))
        .hasToString(diagnosed(pair.other(), pair.one()));
  }

  /** As in the laboratory, where no server measures how a NAT filters. */
  private static String diagnosed(NatKind here, NatKind there) {
    boolean direct = ExpectedOutcomes.of(here, there) == Outcome.DIRECT_UDP;
    LinkPath path =
        new LinkPath(
            direct ? LinkPath.Kind.DIRECT : LinkPath.Kind.RELAY,
            direct ? LinkPath.Transport.UDP : LinkPath.Transport.TCP,
            "somewhere",
            Optional.empty());
    return Diagnosis.of(
            new Situation(
                Situation.LinkState.UP,
                Optional.of(path),
                Optional.empty(),
                Optional.of(facts(here)),
                Optional.of(facts(there)),
                false,
                Situation.Checks.FAILED,
                Situation.Relays.CONNECTED,
                ""))
        .cause()
        .word();
  }

  private static NatFacts facts(NatKind kind) {
    boolean udp = kind.mapping() != Mapping.BLOCKED;
    NatBehavior mapping =
        switch (kind.mapping()) {
          case NONE -> NatBehavior.NONE;
          case ENDPOINT_INDEPENDENT -> NatBehavior.ENDPOINT_INDEPENDENT;
          case ADDRESS_DEPENDENT -> NatBehavior.ADDRESS_DEPENDENT;
          case ADDRESS_AND_PORT_DEPENDENT -> NatBehavior.ADDRESS_AND_PORT_DEPENDENT;
          case BLOCKED -> NatBehavior.UNKNOWN;
        };
    return new NatFacts(udp, udp, false, mapping, NatBehavior.UNKNOWN, Optional.empty(), false);
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
