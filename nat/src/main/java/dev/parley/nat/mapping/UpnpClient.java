package dev.parley.nat.mapping;

import com.google.common.collect.ImmutableMap;
import com.google.common.net.InetAddresses;
import dev.parley.nat.mapping.UpnpHttp.Reply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** WANIPConnection and WANPPPConnection, versions 1 and 2, of a UPnP Internet gateway device. */
final class UpnpClient implements MappingClient {
  private static final Pattern SERVICE =
      Pattern.compile("urn:schemas-upnp-org:service:WAN(IP|PPP)Connection:[12]");

  /** UPnP IGD WANIPConnection:1, §2.4.16 and 2.4.17. */
  private static final String NO_SUCH_ENTRY = "714";

  private static final String CONFLICT = "718";
  private static final String ONLY_PERMANENT = "725";

  /** What is permanent to the gateway is still looked after by us. */
  private static final Duration PERMANENT_RENEWED_AFTER = Duration.ofHours(1);

  private static final int OTHER_PORTS_TRIED = 3;
  private static final int LOWEST_OTHER_PORT = 32_768;

  private final Gateway gateway;
  private final MappedTransport transport;
  private final int port;
  private final UpnpHttp http;
  private final RandomGenerator random;
  private @Nullable Control control;
  private int externalPort;
  private boolean onlyPermanent;

  UpnpClient(Gateway gateway, MappedTransport transport, int port, RandomGenerator random) {
    this.gateway = gateway;
    this.transport = transport;
    this.port = port;
    this.http = new UpnpHttp(gateway);
    this.random = random;
  }

  private record Control(String serviceType, URI url) {}

  /** An error in the gateway's own numbers. */
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final String code;

    Refused(String action, String code, String description) {
      super("UPnP error " + code + " to " + action + ": " + description);
      this.code = code;
    }
  }

  @Override
  public Protocol protocol() {
    return Protocol.UPNP;
  }

  @Override
  public Grant map(int wanted, Duration lifetime) throws IOException {
    try {
      Control service = control != null ? control : find();
      control = service;
      return map(service, wanted, lifetime);
    } catch (Refused e) {
      throw new MappingException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      // It may be somewhere else after a restart.
      control = null;
      throw e;
    }
  }

  private Grant map(Control service, int wanted, Duration lifetime) throws IOException {
    String address =
        call(service, "GetExternalIPAddress", ImmutableMap.of())
            .text("NewExternalIPAddress")
            .orElse("");
    if (!InetAddresses.isInetAddress(address)) {
      throw new MappingException("the UPnP gateway has no external address");
    }
    int candidate = wanted;
    for (int i = 0; ; i++) {
      try {
        return granted(
            service, new InetSocketAddress(InetAddresses.forString(address), candidate), lifetime);
      } catch (Refused e) {
        if (e.code.equals(ONLY_PERMANENT) && !onlyPermanent) {
          onlyPermanent = true;
        } else if (e.code.equals(CONFLICT) && i < OTHER_PORTS_TRIED) {
          candidate = random.nextInt(LOWEST_OTHER_PORT, 65_536);
        } else {
          throw e;
        }
      }
    }
  }

  private Grant granted(Control service, InetSocketAddress external, Duration lifetime)
      throws IOException {
    if (!Grant.isPlausible(external)) {
      throw new MappingException("UPnP's external address is " + external);
    }
    long seconds = onlyPermanent ? 0 : lifetime.toSeconds();
    call(
        service,
        "AddPortMapping",
        ImmutableMap.<String, String>builder()
            .put("NewRemoteHost", "")
            .put("NewExternalPort", Integer.toString(external.getPort()))
            .put("NewProtocol", transport.name())
            .put("NewInternalPort", Integer.toString(port))
            .put("NewInternalClient", gateway.local().getHostAddress())
            .put("NewEnabled", "1")
            .put("NewPortMappingDescription", "parley")
            .put("NewLeaseDuration", Long.toString(seconds))
            .buildOrThrow());
    externalPort = external.getPort();
    return new Grant(external, onlyPermanent ? PERMANENT_RENEWED_AFTER : lifetime);
  }

  @Override
  public boolean stillThere() throws IOException {
    Control service = control;
    if (service == null) {
      return false;
    }
    try {
      UpnpXml entry = call(service, "GetSpecificPortMappingEntry", entry());
      return entry
          .text("NewInternalClient")
          .filter(gateway.local().getHostAddress()::equals)
          .isPresent();
    } catch (Refused e) {
      // Some gateways cannot tell; the renewal will show.
      return !e.code.equals(NO_SUCH_ENTRY);
    }
  }

  @Override
  public void release() throws IOException {
    Control service = control;
    if (service != null && externalPort != 0) {
      call(service, "DeletePortMapping", entry());
    }
  }

  private ImmutableMap<String, String> entry() {
    return ImmutableMap.of(
        "NewRemoteHost", "",
        "NewExternalPort", Integer.toString(externalPort),
        "NewProtocol", transport.name());
  }

  private Control find() throws IOException {
    IOException last = new MappingException("the UPnP gateway maps no ports");
    for (URI location : Ssdp.locations(gateway)) {
      try {
        for (UpnpXml.Service service : UpnpXml.parse(http.get(location).body()).services()) {
          if (SERVICE.matcher(service.type()).matches()) {
            // resolved against where the description lies; `exchange` refuses any other host
            return new Control(service.type(), location.resolve(new URI(service.controlUrl())));
          }
        }
      } catch (URISyntaxException | IllegalArgumentException e) {
        last = new MappingException("the UPnP gateway's control address is no address");
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  private UpnpXml call(Control service, String action, Map<String, String> arguments)
      throws IOException {
    StringBuilder body =
        new StringBuilder("<?xml version=\"1.0\"?><s:Envelope")
            .append(" xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"")
            .append(" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:")
            .append(action)
            .append(" xmlns:u=\"")
            .append(service.serviceType())
            .append("\">");
    // Nothing in it needs escaping: numbers, addresses and words of ours.
    arguments.forEach(
        (name, value) ->
            body.append('<')
                .append(name)
                .append('>')
                .append(value)
                .append("</")
                .append(name)
                .append('>'));
    body.append("</u:").append(action).append("></s:Body></s:Envelope>");
    Reply reply = http.post(service.url(), service.serviceType() + "#" + action, body.toString());
    if (reply.status() == 200) {
      return UpnpXml.parse(reply.body());
    }
    if (reply.status() == 500 && reply.body().length > 0) {
      UpnpXml fault = UpnpXml.parse(reply.body());
      throw new Refused(
          action,
          fault.text("errorCode").orElse("?"),
          limited(fault.text("errorDescription").orElse("")));
    }
    throw new MappingException("HTTP " + reply.status() + " to UPnP's " + action);
  }

  /** It goes into the log and into reports. */
  private static String limited(String text) {
    String printable =
        new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII)
            .replaceAll("[^ -~]", "?");
    return printable.substring(0, Math.min(printable.length(), 80));
  }
}
