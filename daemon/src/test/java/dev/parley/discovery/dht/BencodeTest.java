package dev.parley.discovery.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BencodeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "i0e",
        "i-1e",
        "i9223372036854775807e",
        "i-9223372036854775808e",
        "0:",
        "4:spam",
        "le",
        "l4:spami7ee",
        "de",
        "d1:ai1e1:bl1:xee",
        "d0:0:1:ai1ee"
      })
  void whatIsReadIsWrittenAsTheSameBytes(String text) {
    assertThat(Bencode.decode(bytes(text)).map(Bencode::encode))
        .hasValueSatisfying(again -> assertThat(again.toStringUtf8()).isEqualTo(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "i",
        "ie",
        "i-e",
        "i-0e",
        "i00e",
        "i01e",
        "i+1e",
        "i1",
        "i 1e",
        "i9223372036854775808e",
        "i-9223372036854775809e",
        "i99999999999999999999999e",
        "5:spam",
        "-1:",
        "04:spam",
        "99999999999999999999:",
        "2147483648:a",
        "l",
        "lx",
        "d",
        "d1:a",
        "d1:ae",
        "d1:bi1e1:ai1ee",
        "d1:ai1e1:ai1ee",
        "di1ei1ee",
        "i1ei2e",
        "e",
        "x"
      })
  void whatIsNotCanonicalIsRefused(String text) {
    assertThat(Bencode.decode(bytes(text))).isEmpty();
  }

  @Test
  void nestingValuesAndSizeAreBounded() {
    assertThat(Bencode.decode(bytes(nested(Bencode.MAX_DEPTH)))).isPresent();
    assertThat(Bencode.decode(bytes(nested(Bencode.MAX_DEPTH + 1)))).isEmpty();
    assertThat(Bencode.decode(bytes("l".repeat(Bencode.MAX_BYTES)))).isEmpty();
    assertThat(Bencode.decode(bytes(list(Bencode.MAX_VALUES - 1)))).isPresent();
    assertThat(Bencode.decode(bytes(list(Bencode.MAX_VALUES)))).isEmpty();
    assertThat(Bencode.decode(bytes(string(Bencode.MAX_BYTES - 5)))).isPresent();
    assertThat(Bencode.decode(bytes(string(Bencode.MAX_BYTES - 4)))).isEmpty();
  }

  private static String nested(int depth) {
    return "l".repeat(depth + 1) + "e".repeat(depth + 1);
  }

  private static String list(int values) {
    return "l" + "0:".repeat(values) + "e";
  }

  private static String string(int length) {
    return length + ":" + "x".repeat(length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
