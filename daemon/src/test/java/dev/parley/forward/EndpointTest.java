package dev.parley.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @Test
  void addressesAreReadAsPeopleWriteThem() {
    assertThat(Endpoint.parse("tcp:localhost:80")).isEqualTo(new Endpoint.Tcp("localhost", 80));
    assertThat(Endpoint.parse("127.0.0.1:9000")).isEqualTo(new Endpoint.Tcp("127.0.0.1", 9000));
    assertThat(Endpoint.parse("9000")).isEqualTo(new Endpoint.Tcp("127.0.0.1", 9000));
    assertThat(Endpoint.parse("udp:0")).isEqualTo(new Endpoint.Udp("127.0.0.1", 0));
    assertThat(Endpoint.parse("udp:[::1]:53")).isEqualTo(new Endpoint.Udp("::1", 53));
    assertThat(Endpoint.parse("unix:/tmp/a b")).isEqualTo(new Endpoint.Unix(Path.of("/tmp/a b")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tcp:127.0.0.1:9000", "udp:[::1]:0", "tcp:a.example:1", "unix:/run/x.sock"})
  void addressesAreWrittenAsTheyAreRead(String text) {
    assertThat(Endpoint.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "tcp:", "web", "tcp:host", "tcp:host:65536", "udp:::1:5", "unix:x", "a b:1"})
  void whatIsNoneIsRefusedWithASentence(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no ");
  }
}
