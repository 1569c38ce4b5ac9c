package dev.parley.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:0,        127.0.0.1,   0",
    "0.0.0.0:4242,       0.0.0.0,     4242",
    "[::1]:65535,        ::1,         65535",
    "[2001:db8::1]:1,    2001:db8::1, 1",
    "localhost:7,        localhost,   7",
  })
  void anAddressToListenAtIsResolved(String text, String host, int port) throws Exception {
    assertThat(HostPort.toListen(text))
        .isEqualTo(new InetSocketAddress(InetAddress.getByName(host), port));
  }

  @Test
  void theUnspecifiedAddressMeansEveryInterface() {
    assertThat(HostPort.toListen("[::]:0").getAddress().isAnyLocalAddress()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "stun.example.org:3478, stun.example.org, 3478",
    "192.0.2.1:1,           192.0.2.1,        1",
    "[2001:db8::1]:3478,    2001:db8::1,      3478",
  })
  void aServerIsLeftUnresolved(String text, String host, int port) {
    assertThat(HostPort.ofServer(text))
        .isEqualTo(InetSocketAddress.createUnresolved(host, port))
        .satisfies(address -> assertThat(address.isUnresolved()).isTrue());
  }

  @ParameterizedTest
  @CsvSource({
    "'',                       lacks ':'",
    "4242,                     lacks ':'",
    "localhost,                lacks ':'",
    "[::1],                    lacks ':'",
    ":4242,                    neither an IP address nor a name",
    "::1,                      brackets: [::1]:PORT",
    "2001:db8::1:4242,         brackets",
    "localhost:,               lacks ':'",
    "localhost:65536,          number from 0 to 65535",
    "localhost:-1,             number from 0 to 65535",
    "localhost:http,           number from 0 to 65535",
    "no host:1,                neither an IP address nor a name",
    "1.2.3.4.5:1,              neither an IP address nor a name",
    "256.1.1.1:1,              neither an IP address nor a name",
    "https://localhost:1,      number from 0 to 65535",
  })
  void whatIsNoHostAndPortIsRefusedWithAReason(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostPort.toListen(text))
        .withMessageContaining("'" + text + "' is no HOST:PORT")
        .withMessageContaining(reason);
    assertThatIllegalArgumentException().isThrownBy(() -> HostPort.ofServer(text));
  }

  @Test
  void aServerHasAPort() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostPort.ofServer("stun.example.org:0"))
        .withMessageContaining("1 to 65535");
  }

  @Test
  void aNameIsLookedUp() throws Exception {
    InetAddress found = InetAddress.getByName("192.0.2.7");

    assertThat(HostPort.toListen("relay.example.org:443", name -> found))
        .isEqualTo(new InetSocketAddress(found, 443));
  }

  @Test
  void aNameWithoutAddressIsRefused() {
    HostPort.Resolver nobody =
        name -> {
          throw new UnknownHostException(name);
        };

    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostPort.toListen("relay.example.org:443", nobody))
        .withMessageContaining("the name 'relay.example.org' has no address");
  }

  @Test
  void textLongerThanAnyNameIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostPort.ofServer("a.".repeat(200) + "a:1"))
        .withMessageContaining("at most");
  }
}
