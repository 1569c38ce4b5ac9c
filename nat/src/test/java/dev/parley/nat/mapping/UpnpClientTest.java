package dev.parley.nat.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpnpClientTest {
  private static final Duration HOURS = Duration.ofHours(2);
  private static final String DESCRIPTION =
      "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><serviceList>"
          + "<service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>"
          + "<controlURL>/no</controlURL></service>"
          + "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>"
          + "<controlURL>CONTROL</controlURL></service></serviceList></device></root>";

  private final FakeGateway fake = new FakeGateway();
  private final UpnpClient client =
      new UpnpClient(fake.gateway(), MappedTransport.UDP, 4_000, new Random(1));
  private String control = "/ctl";
  private Function<String, String> addition = request -> "";

  @BeforeEach
  void serve() {
    fake.onSearch = UpnpClientTest::found;
    fake.onHttp = request -> FakeGateway.ascii(answer(request));
  }

  @AfterEach
  void close() throws IOException {
    fake.close();
  }

  private static String found(FakeGateway fake) {
    return "HTTP/1.1 200 OK\r\nST: x\r\nLocation: http://127.0.0.1:"
        + fake.httpPort()
        + "/desc.xml\r\n\r\n";
  }

  private String answer(String request) {
    if (request.startsWith("GET /desc.xml ")) {
      return ok(DESCRIPTION.replace("CONTROL", control));
    }
    if (request.contains("#GetExternalIPAddress")) {
      return ok("<e><NewExternalIPAddress>203.0.113.7</NewExternalIPAddress></e>");
    }
    if (request.contains("#AddPortMapping") && !addition.apply(request).isEmpty()) {
      return addition.apply(request);
    }
    if (request.contains("#GetSpecificPortMappingEntry")) {
      return ok("<e><NewInternalClient>127.0.0.1</NewInternalClient></e>");
    }
    return ok("<e/>");
  }

  private static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static String fault(int code) {
    return "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\n\r\n"
        + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>"
        + "<detail><UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>"
        + code
        + "</errorCode><errorDescription>no&#x9b;31m</errorDescription></UPnPError></detail>"
        + "</s:Fault></s:Body></s:Envelope>";
  }

  @Test
  void itFindsMapsLooksAfterAndReleases() throws IOException {
    Grant grant = client.map(4_000, HOURS);

    assertThat(grant).isEqualTo(new Grant(new InetSocketAddress("203.0.113.7", 4_000), HOURS));
    assertThat(client.stillThere()).isTrue();
    client.release();
    assertThat(fake.requested)
        .anyMatch(r -> r.contains("<NewInternalClient>127.0.0.1<") && r.contains(">7200<"))
        .last()
        .asString()
        .contains("#DeletePortMapping");
  }

  @Test
  void aPortThatIsTakenGivesWayToAnother() throws IOException {
    addition = request -> request.contains(">4000</NewExternalPort>") ? fault(718) : "";

    assertThat(client.map(4_000, HOURS).external().getPort()).isGreaterThan(32_767);
  }

  @Test
  void aGatewayThatKnowsOnlyPermanentMappingsIsStillLookedAfter() throws IOException {
    addition = request -> request.contains(">7200</NewLeaseDuration>") ? fault(725) : "";

    assertThat(client.map(4_000, HOURS).lifetime()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void aRefusalIsToldWithoutWhatCommandsATerminal() {
    addition = request -> fault(606);

    assertThatThrownBy(() -> client.map(4_000, HOURS))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("606")
        .hasMessageNotContaining("\u009b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.0.2.1/desc.xml",
        "http://localhost/desc.xml",
        "https://127.0.0.1/desc.xml",
        "file:///etc/passwd",
        "http://a@127.0.0.1/",
        "%%%"
      })
  void anAnswerThatLeadsAwayFromTheGatewayIsIgnored(String location) {
    assertThat(
            Ssdp.location("HTTP/1.1 200 OK\r\nLOCATION: " + location + "\r\n\r\n", fake.gateway()))
        .isEmpty();
  }

  @Test
  void aControlAddressElsewhereIsRefused() {
    control = "http://192.0.2.1/ctl";

    assertThatThrownBy(() -> client.map(4_000, HOURS)).hasMessageContaining("leads elsewhere");
  }

  @Test
  void xmlThatDefinesEntitiesIsRefused() {
    String evil =
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><r><service>"
            + "<serviceType>&x;</serviceType><controlURL>/</controlURL></service></r>";
    fake.onHttp = request -> FakeGateway.ascii(ok(evil));

    assertThatThrownBy(() -> client.map(4_000, HOURS))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("DOCTYPE");
  }

  @Test
  void anAnswerWithoutEndIsCutShort() {
    fake.onHttp =
        request -> FakeGateway.ascii("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(UpnpHttp.MAX_BYTES));

    assertThatThrownBy(() -> client.map(4_000, HOURS)).hasMessageContaining("more than");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rubbish",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n<unfinished"
      })
  void nonsenseIsNoMapping(String answer) {
    fake.onHttp = request -> FakeGateway.ascii(answer);

    assertThatThrownBy(() -> client.map(4_000, HOURS)).isInstanceOf(IOException.class);
  }

  @Test
  void chunksArePutTogether() throws IOException {
    String description = DESCRIPTION.replace("CONTROL", "/ctl");
    fake.onHttp =
        request ->
            FakeGateway.ascii(
                request.startsWith("GET")
                    ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "10\r\n"
                        + description.substring(0, 16)
                        + "\r\n"
                        + Integer.toHexString(description.length() - 16)
                        + "\r\n"
                        + description.substring(16)
                        + "\r\n0\r\n\r\n"
                    : answer(request));

    assertThat(client.map(4_000, HOURS).external().getPort()).isEqualTo(4_000);
  }
}
