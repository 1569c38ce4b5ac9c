package dev.parley.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairingCodeTest {
  private static final List<String> WORDS = CodeWords.english().all();

  @Test
  void thereAreEnoughWordsAndFourLettersTellWhich() {
    Set<String> beginnings = new HashSet<>();
    assertThat(WORDS).hasSizeGreaterThanOrEqualTo(2_048);
    for (String word : WORDS) {
      assertThat(word).matches("[a-z]{4,8}");
      assertThat(beginnings.add(word.substring(0, CodeWords.PREFIX))).as(word).isTrue();
    }
  }

  @Test
  void twoMistakesNeverMakeAnotherWord() {
    for (int i = 0; i < WORDS.size(); i++) {
      String word = WORDS.get(i);
      for (String other : WORDS.subList(i + 1, WORDS.size())) {
        if (Math.abs(word.length() - other.length()) < 3) {
          assertThat(CodeWords.mistakes(word, other)).isGreaterThan(2);
        }
      }
    }
  }

  @Test
  void aCodeIsReadAsItIsWritten() throws Exception {
    Random random = new Random(7);
    for (int slot : new int[] {1, 42, 9_999, 99_999}) {
      PairingCode code = PairingCode.random(slot, random);
      assertThat(PairingCode.parse(code.toString())).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7-abacus-zodiac",
        " 7 Abacus  ZODIAC ",
        "7-abac-zodi",
        "7 abacu zodia",
        "007-abacus-zodiac",
        "7_abacus.zodiac"
      })
  void peopleTypeInTheirOwnWays(String typed) throws Exception {
    assertThat(PairingCode.parse(typed)).isEqualTo(new PairingCode(7, "abacus", "zodiac"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "7-abacus",
        "7-abacus-zodiac-more",
        "seven-abacus-zodiac",
        "0-abacus-zodiac",
        "100000-abacus-zodiac",
        "-7-aba-zod",
        "٧-abacus-zodiac",
        "7-abacus-zodiacal",
        "7-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-zodiac"
      })
  void whatIsNoCodeIsRefusedBeforeItIsTried(String typed) {
    PairingException refused = refusal(typed);
    assertThat(refused.reason()).isEqualTo(PairingException.Reason.BAD_CODE);
    assertThat(refused.hint()).isNotEmpty();
  }

  @Test
  void aMistypedWordIsRefusedWithTheOneThatWasMeant() {
    assertThat(refusal("7-abacuss-zodiac").hint()).contains("'abacus'");
    assertThat(refusal("7-abacus-zdiac").hint()).contains("'zodiac'");
    assertThat(refusal("7-abacus-qqqqq").hint()).doesNotContain("did you mean");
  }

  private static PairingException refusal(String typed) {
    return catchThrowableOfType(PairingException.class, () -> PairingCode.parse(typed));
  }
}
