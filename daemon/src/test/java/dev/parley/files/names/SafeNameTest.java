package dev.parley.files.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "/", "a/b", "/etc/passwd", "../x", "a\0b"})
  void noHonestFileIsCalledSo(String hostile) {
    assertThat(SafeName.of(hostile, false)).isEmpty();
    assertThat(SafeName.of(hostile, true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "photo.jpg,photo.jpg",
        ".bashrc,.bashrc",
        "..\\..\\x,.._.._x",
        "C:evil,C_evil",
        "c:\\x,c__x",
        "CON,_CON",
        "nul.txt,_nul.txt",
        "com1,_com1",
        "LPT\u00b9.log,_LPT\u00b9.log",
        "CONIN$,_CONIN$",
        "aux .c,_aux .c",
        "trailing.,trailing",
        "trailing . .,trailing",
        "...,_",
        "a\u2215b,a_b",
        "a\u2044b,a_b",
        "a\uff0fb,a_b",
        "a\uff3cb,a_b",
        "\uff0e\uff0e,__",
        "\u2025,_",
        "gpj\u202efdp.exe,gpj_fdp.exe",
        "a\u2066b,a_b",
        "a\u200fb,a_b",
        "a\tb,a_b",
        "a\u0085b,a_b",
        "a\u2028b,a_b",
        "e\u0301.txt,\u00e9.txt",
        ".parley-incoming,_.parley-incoming",
        ".PARLEY-incoming,_.PARLEY-incoming"
      })
  void aHostileNameBecomesAHarmlessOne(String hostile, String safe) {
    assertThat(SafeName.of(hostile, false)).contains(safe);
  }

  @Test
  void aLineBreakAndAnEscapeAreNoPartOfAName() {
    assertThat(SafeName.of("a\nb\u001b[2Jc", false)).contains("a_b_[2Jc");
  }

  @Test
  void whatWindowsTakesNotIsReplacedThere() {
    assertThat(SafeName.of("a<b>c:d\"e|f?g*h", true)).contains("a_b_c_d_e_f_g_h");
    assertThat(SafeName.of("12:30 what?.txt", false)).contains("12:30 what?.txt");
  }

  @Test
  void aLongNameIsCutBetweenCharactersAndKeepsItsExtension() {
    String name = SafeName.of("\ud83d\ude00".repeat(100) + ".jpeg", false).orElseThrow();
    assertThat(name).endsWith("\ud83d\ude00.jpeg");
    assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255);
    assertThat(new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo(name);
    assertThat(SafeName.of("x".repeat(300), false).orElseThrow()).hasSize(255);
    assertThat(SafeName.of("a." + "x".repeat(300), false).orElseThrow()).hasSize(255);
    assertThat(SafeName.numbered(name, 12))
        .endsWith(" (12).jpeg")
        .satisfies(
            n -> assertThat(n.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255));
  }

  @Test
  void aNumberComesBeforeTheExtension() {
    assertThat(SafeName.numbered("photo.jpg", 1)).isEqualTo("photo (1).jpg");
    assertThat(SafeName.numbered(".bashrc", 2)).isEqualTo(".bashrc (2)");
    assertThat(SafeName.numbered("README", 3)).isEqualTo("README (3)");
  }

  @Test
  void namesThatDifferInCaseOrFormAloneHaveOneKey() {
    assertThat(SafeName.key("\u00c9TE")).isEqualTo(SafeName.key("e\u0301te"));
    assertThat(SafeName.key("a")).isNotEqualTo(SafeName.key("b"));
  }
}
