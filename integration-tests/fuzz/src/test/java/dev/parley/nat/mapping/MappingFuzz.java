package dev.parley.nat.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.FuzzTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a gateway answers, or who pretends to be one. */
public final class MappingFuzz {
  private static final InetAddress GATEWAY = InetAddress.getLoopbackAddress();
  private static final Gateway WORLD = Gateway.of(GATEWAY, GATEWAY);
  private static final URI LOCATION = URI.create("http://127.0.0.1:80/d.xml");
  private static final long UNSIGNED_MAX = 0xffffffffL;
  private static final PcpCodec.MapRequest REQUEST =
      new PcpCodec.MapRequest(
          GATEWAY,
          new byte[PcpCodec.NONCE_BYTES],
          MappedTransport.UDP,
          4_000,
          new InetSocketAddress(GATEWAY, 4_000),
          7_200);

  private static final String DESCRIPTION =
      "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><serviceList>"
          + "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>"
          + "<controlURL>/ctl/IPConn</controlURL></service></serviceList></device></root>";

  private MappingFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] granted = PcpCodec.map(REQUEST);
    granted[1] |= (byte) 0x80;
    byte[] announced = PcpCodec.announce(GATEWAY);
    announced[1] |= (byte) 0x80;
    return List.of(
        FuzzTarget.of("pcp", MappingFuzz::pcp, PcpCodec.class).seeds(granted, announced),
        FuzzTarget.of("nat-pmp", MappingFuzz::natPmp, NatPmpCodec.class)
            .seeds(
                new byte[] {0, -128, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4},
                new byte[] {0, -127, 0, 0, 0, 0, 0, 9, 15, -96, 15, -96, 0, 0, 28, 32},
                new byte[] {0, -127, 0, 3, 0, 0, 0, 9}),
        FuzzTarget.of("ssdp", MappingFuzz::ssdp, Ssdp.class)
            .seeds(
                "HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: http://127.0.0.1:80/d.xml\r\n\r\n",
                "HTTP/1.1 200 OK\r\nlocation:http://[::1]/\r\n\r\n"),
        FuzzTarget.of("upnp-http", MappingFuzz::http, UpnpHttp.class)
            .seeds(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
                "HTTP/1.0 500 No\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n0\r\n\r\n"),
        FuzzTarget.of("upnp-xml", MappingFuzz::xml, UpnpXml.class)
            .seeds(
                DESCRIPTION,
                "<s:Envelope xmlns:s=\"x\"><s:Body><u:R xmlns:u=\"y\"><NewExternalIPAddress>1.2.3.4"
                    + "</NewExternalIPAddress></u:R></s:Body></s:Envelope>",
                "<e><errorCode>718</errorCode><errorDescription>Conflict</errorDescription></e>")
            .allocating(4 << 20, 256));
  }

  private static void pcp(byte[] input) {
    ByteBuffer answer = ByteBuffer.wrap(input);
    try {
      PcpCodec.readMap(answer, REQUEST)
          .ifPresent(
              mapped -> {
                assertThat(mapped.lifetimeSeconds()).isBetween(0L, UNSIGNED_MAX);
                assertThat(mapped.epochSeconds()).isBetween(0L, UNSIGNED_MAX);
                boolean unused = Grant.isPlausible(mapped.external());
              });
      PcpCodec.readAnnounce(answer)
          .ifPresent(epoch -> assertThat(epoch).isBetween(0L, UNSIGNED_MAX));
    } catch (MappingException e) {
      assertShort(e);
    }
    assertThat(answer.position()).isZero();
  }

  private static void natPmp(byte[] input) {
    ByteBuffer answer = ByteBuffer.wrap(input);
    try {
      NatPmpCodec.readExternal(answer)
          .ifPresent(external -> assertThat(external.epochSeconds()).isBetween(0L, UNSIGNED_MAX));
      NatPmpCodec.readMap(answer, MappedTransport.UDP, 4_000)
          .ifPresent(mapped -> assertThat(mapped.externalPort()).isBetween(0, 65_535));
    } catch (MappingException e) {
      assertShort(e);
    }
    assertThat(answer.position()).isZero();
  }

  private static void ssdp(byte[] input) {
    Ssdp.location(new String(input, StandardCharsets.ISO_8859_1), WORLD)
        .ifPresent(uri -> assertThat(uri.getHost()).isEqualTo(GATEWAY.getHostAddress()));
  }

  private static void http(byte[] input) {
    boolean unused = UpnpHttp.isComplete(new String(input, StandardCharsets.ISO_8859_1));
    try {
      UpnpHttp.Reply reply = UpnpHttp.parse(input);
      assertThat(reply.status()).isBetween(0, 999);
      assertThat(reply.body().length).isLessThan(input.length);
    } catch (MappingException e) {
      assertShort(e);
    }
  }

  private static void xml(byte[] input) throws IOException {
    if (input.length > UpnpHttp.MAX_BYTES) {
      return;
    }
    try {
      UpnpXml xml = UpnpXml.parse(input);
      xml.text("NewExternalIPAddress");
      xml.text("errorDescription");
      for (UpnpXml.Service service : xml.services()) {
        assertThat(service.controlUrl().length()).isLessThan(input.length);
        boolean unused = UpnpHttp.isOf(LOCATION.resolve(new URI(service.controlUrl())), GATEWAY);
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // The client takes it for no address.
    } catch (MappingException e) {
      assertShort(e);
    }
  }

  /** It goes into the log. */
  private static void assertShort(MappingException e) {
    assertThat(String.valueOf(e.getMessage()).length()).isLessThan(500);
  }
}
