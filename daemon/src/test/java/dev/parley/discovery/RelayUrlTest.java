package dev.parley.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.proto.id.PeerId;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelayUrlTest {
  private static final PeerId ID = PeerId.of(new byte[PeerId.BYTES]);

  @ParameterizedTest
  @CsvSource({
    "relay.example.org:443, relay.example.org, 443",
    "relay:1,               relay,             1",
    "192.0.2.7:65535,       192.0.2.7,         65535",
    "[2001:db8::1]:4433,    2001:db8::1,       4433",
    "[::1]:7,               ::1,               7",
    "Relay.Example.ORG:443, relay.example.org, 443",
  })
  void aPinnedUrlNamesHostPortAndKey(String hostAndPort, String host, int port) {
    RelayUrl url = RelayUrl.parse(hostAndPort + "#" + ID);

    assertThat(url.host()).isEqualTo(host);
    assertThat(url.port()).isEqualTo(port);
    assertThat(url.path()).isEqualTo(RelayUrl.DEFAULT_PATH);
    assertThat(url.webTrust()).isFalse();
    assertThat(url.pinned()).contains(ID);
  }

  @ParameterizedTest
  @CsvSource({
    "wss://relay.example.org,            relay.example.org, 443,  /parley",
    "wss://relay.example.org/,           relay.example.org, 443,  /parley",
    "wss://relay.example.org:8443,       relay.example.org, 8443, /parley",
    "wss://relay.example.org/a/b,        relay.example.org, 443,  /a/b",
    "wss://relay.example.org/a%20b,      relay.example.org, 443,  /a%20b",
    "wss://[2001:db8::1]/x,              2001:db8::1,       443,  /x",
    "wss://[2001:db8::1]:444,            2001:db8::1,       444,  /parley",
    "wss://192.0.2.7:1,                  192.0.2.7,         1,    /parley",
  })
  void aWebUrlTrustsTheSystemAndMayPinToo(String text, String host, int port, String path) {
    RelayUrl url = RelayUrl.parse(text);
    RelayUrl pinned = RelayUrl.parse(text + "#" + ID);

    assertThat(url).isEqualTo(new RelayUrl(host, port, path, true, java.util.Optional.empty()));
    assertThat(pinned).isEqualTo(new RelayUrl(host, port, path, true, java.util.Optional.of(ID)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "relay.example.org:443#ID",
        "[2001:db8::1]:4433#ID",
        "wss://relay.example.org",
        "wss://relay.example.org#ID",
        "wss://relay.example.org:8443/a%20b#ID",
        "wss://[2001:db8::1]:8443/x",
      })
  void theTextOfAUrlIsWhatItWasParsedFrom(String text) {
    String full = text.replace("ID", ID.toString());

    assertThat(RelayUrl.parse(full)).hasToString(full);
  }

  @Test
  void aPinInUpperCaseIsTaken() {
    assertThat(RelayUrl.parse("relay:1#" + ID.toString().toUpperCase(Locale.ROOT)).pinned())
        .contains(ID);
  }

  @ParameterizedTest
  @CsvSource({
    "relay:443,                 lacks '#'",
    "192.0.2.7:443,             lacks '#'",
    "relay:443#,                no relay id",
    "relay:443#abc,             no relay id",
    "wss://relay#abc,           no relay id",
    "relay#ID,                  port",
    "relay:0#ID,                port",
    "relay:65536#ID,            port",
    "relay:99999999999#ID,      host and port",
    "relay:-1#ID,               host and port",
    "relay:http#ID,             host and port",
    "wss://relay:0,             port",
    "wss://relay:65536,         port",
    "relay:443/path#ID,         only a wss:// URL",
    "relay:443/#ID,             only a wss:// URL",
    "2001:db8::1:443#ID,        host and port",
    "[2001:db8::1:443#ID,       cannot be parsed",
    "[relay]:443#ID,            cannot be parsed",
    "user@relay:443#ID,         host and port",
    "wss://user:word@relay,     host and port",
    "wss://relay?query,         host and port",
    "wss://,                    cannot be parsed",
    "wss:///path,               host and port",
    "ws://relay#ID,             port",
    "https://relay#ID,          port",
    "re lay:443#ID,             cannot be parsed",
    "re_lay:443#ID,             host and port",
    "relay\u00e9:443#ID,        ASCII",
    "'',                        cannot be parsed",
    "#ID,                       host and port",
    ":443#ID,                   host and port",
  })
  void whatIsNoRelayUrlIsRefusedWithAReason(String text, String reason) {
    String full = text.replace("ID", ID.toString());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RelayUrl.parse(full))
        .withMessageContaining(reason)
        .withMessageContaining("HOST:PORT#RELAYID");
    assertThat(RelayUrl.tryParse(full)).isEmpty();
  }

  @Test
  void theLongestUrlIsTakenAndOneCharacterMoreIsNot() {
    String start = "wss://relay/";
    String longest = start + "x".repeat(RelayUrl.MAX_LENGTH - start.length());

    assertThat(RelayUrl.parse(longest)).hasToString(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RelayUrl.parse(longest + "x"))
        .withMessageContaining("at most 255");
  }
}
