package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeersTest {
  private final FakeNode node = new FakeNode();
  private final Peers peers = new Peers(node.id(), node.contacts());

  @ParameterizedTest
  @CsvSource({
    "bob,bob,0",
    "bbo,bob,1",
    "boob,bob,1",
    "bo,bob,1",
    "bib,bob,1",
    "zoe,bob,2",
    "'',bob,3"
  })
  void slipsOfTheFingerAreCounted(String typed, String name, int typos) {
    assertThat(Peers.typos(typed, name)).isEqualTo(typos);
  }

  @ParameterizedTest
  @CsvSource({"bbo,bob", "BOB,bob", "marg,margaret", "margerit,margaret"})
  void whatIsCloseIsOffered(String typed, String name) throws Exception {
    node.contacts.add("bob", "ticket 2");
    node.contacts.add("margaret", "ticket 3");
    assertThat(peers.unknown(typed).hint).isEqualTo("did you mean '" + name + "'?");
  }

  @Test
  void whatIsFarIsNotAndALongNameIsCutShort() throws Exception {
    node.contacts.add("bob", "ticket 2");
    assertThat(peers.unknown("zoe").hint).doesNotContain("did you mean");
    Refusal refusal = peers.unknown("x".repeat(100_000));
    assertThat(refusal.getMessage()).hasSizeLessThan(100);
    assertThat(refusal.hint).doesNotContain("did you mean");
  }

  @Test
  void aPeerIdNeedsNoContactAndThisNodeIsNoPeerOfItself() throws Exception {
    assertThat(peers.resolve(FakeNode.peer(9).toString())).isEqualTo(FakeNode.peer(9));
    Refusal refusal =
        catchThrowableOfType(Refusal.class, () -> peers.resolve(node.id().toString()));
    assertThat(refusal).hasMessageContaining("this node itself");
  }
}
