package dev.parley.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {
  @Test
  void jsonEscapesWhatItMustAndKeepsTheRest() {
    assertThat(new Json().put("a\"b", "c\\d\n\r\t\u0000\u001b\u009b é 漢 😀").toString())
        .isEqualTo("{\"a\\\"b\":\"c\\\\d\\n\\r\\t\\u0000\\u001b\\u009b é 漢 😀\"}");
  }

  @Test
  void jsonWritesEveryKindOfValue() {
    assertThat(
            new Json()
                .put("s", (String) null)
                .put("n", -1)
                .put("b", true)
                .putMillis("m", 1_250)
                .putMillis("u", 0)
                .putTime("t", 1_500)
                .putStrings("l", List.of())
                .putStrings("k", List.of("x", "y"))
                .putObjects("o", List.of(new Json(), new Json().put("p", 1)))
                .putCounts("c", Map.of("b", 2L, "a", 1L))
                .toString())
        .isEqualTo(
            "{\"s\":null,\"n\":-1,\"b\":true,\"m\":1.25,\"u\":null,"
                + "\"t\":\"1970-01-01T00:00:01.500Z\",\"l\":[],\"k\":[\"x\",\"y\"],"
                + "\"o\":[{},{\"p\":1}],\"c\":{\"a\":1,\"b\":2}}");
  }

  @ParameterizedTest
  @CsvSource({"500ms,500", "10s,10000", "1.5s,1500", "2m,120000", "1h,3600000", "0s,0"})
  void durationsAreRead(String text, long millis) {
    assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "-1s", "1 s", "1d", "9999999999s", "1e3s", "99999999h"})
  void whatIsNoDurationIsNotTakenForOne(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "420000,420 µs",
    "1240000,1.2 ms",
    "12400000,12 ms",
    "3440000000,3.4 s",
    "300000000000,5 min",
    "7200000000000,2 h",
    "864000000000000,10 d"
  })
  void durationsAreShownShort(long nanos, String shown) {
    assertThat(Durations.show(Duration.ofNanos(nanos))).isEqualTo(shown);
  }

  @Test
  void tablesAlign() {
    String table =
        new Table("NAME", "STATE")
            .row("bob", "connected")
            .row("margaret", "idle")
            .show(Style.PLAIN);
    assertThat(table).isEqualTo("NAME      STATE\nbob       connected\nmargaret  idle\n");
  }

  @Test
  void coloursAreForTerminalsThatWantThem() {
    assertThat(Style.of(true, Map.of())).isEqualTo(Style.COLOURED);
    assertThat(Style.of(false, Map.of())).isEqualTo(Style.PLAIN);
    assertThat(Style.of(true, Map.of("NO_COLOR", "1"))).isEqualTo(Style.PLAIN);
    assertThat(Style.of(true, Map.of("TERM", "dumb"))).isEqualTo(Style.PLAIN);
    assertThat(Style.COLOURED.good("x")).isEqualTo("\u001b[32mx\u001b[0m");
  }

  @Test
  void aCodeIsDrawnOnlyWhereItFits() {
    String ticket = "parley1" + "a".repeat(400);
    assertThat(QrCode.of(ticket, 40)).isEmpty();
    String code = QrCode.of(ticket, 200).orElseThrow();
    assertThat(code.lines().map(String::length).distinct()).hasSize(1);
    assertThat(QrCode.of("a".repeat(4_000), 10_000)).isEmpty();
  }
}
