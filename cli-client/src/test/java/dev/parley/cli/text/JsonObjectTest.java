package dev.parley.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
  @Test
  void stringsAreReadAndEverythingElseIsPassedOver() {
    JsonObject object =
        JsonObject.parse(
            " {\"text\":\"a\\n\\u00e9\\\\\\\"\\/\", \"n\":-1.5e3,\"t\":true,\"x\":null,"
                + "\"o\":{\"text\":\"inner\",\"l\":[1,{},[]]},\"id\":\"1\"} ");
    assertThat(object.string("text")).contains("a\né\\\"/");
    assertThat(object.string("id")).contains("1");
    assertThat(object.string("n")).isEmpty();
    assertThat(object.string("o")).isEmpty();
    assertThat(JsonObject.parse("{}").string("text")).isEmpty();
  }

  @Test
  void whatIsWrittenIsRead() {
    String hostile = "quote\" back\\ nul\0 line\n c1\u0085 é 😀";
    String written = new Json().put("text", hostile).toString();
    assertThat(JsonObject.parse(written).string("text")).contains(hostile);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "\"text\"",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1}x",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"open",
        "{\"a\":nul}",
        "{a:1}",
      })
  void whatIsNoObjectIsRefusedWithAPlace(String text) {
    assertThatThrownBy(() -> JsonObject.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at character");
  }

  @Test
  void nestingIsBounded() {
    assertThatThrownBy(() -> JsonObject.parse("{\"a\":" + "[".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nesting");
  }
}
