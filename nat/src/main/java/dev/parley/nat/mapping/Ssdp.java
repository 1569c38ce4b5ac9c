package dev.parley.nat.mapping;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Finds where the gateway describes itself as a UPnP device (UPnP Device Architecture 1.1, §1.3).
 */
final class Ssdp {
  private static final List<String> TARGETS =
      List.of(
          "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
          "urn:schemas-upnp-org:device:InternetGatewayDevice:2");

  private static final int MAX_BYTES = 2_048;
  private static final int MAX_ANSWERS = 64;

  /** A second round, for multicast is lost easily; then a moment for more than one device. */
  private static final int[] ROUNDS_MILLIS = {1_000, 2_000};

  private Ssdp() {}

  /** The description's addresses, all of them the gateway's own; at least one. */
  static List<URI> locations(Gateway gateway) throws IOException {
    Set<URI> found = new LinkedHashSet<>();
    try (MulticastSocket socket = new MulticastSocket(new InetSocketAddress(gateway.local(), 0))) {
      socket.setTimeToLive(2);
      for (int round : ROUNDS_MILLIS) {
        for (String target : TARGETS) {
          byte[] search = search(gateway, target).getBytes(StandardCharsets.US_ASCII);
          socket.send(new DatagramPacket(search, search.length, gateway.ssdp()));
        }
        collect(socket, gateway, round, found);
        if (!found.isEmpty()) {
          return new ArrayList<>(found);
        }
      }
    }
    throw new IOException("no answer to the search for a UPnP gateway");
  }

  private static String search(Gateway gateway, String target) {
    InetSocketAddress to = gateway.ssdp();
    return "M-SEARCH * HTTP/1.1\r\nHOST: "
        + to.getAddress().getHostAddress()
        + ":"
        + to.getPort()
        + "\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: "
        + target
        + "\r\n\r\n";
  }

  private static void collect(MulticastSocket socket, Gateway gateway, int millis, Set<URI> found)
      throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (int i = 0; i < MAX_ANSWERS && found.isEmpty(); i++) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return;
      }
      socket.setSoTimeout((int) left);
      DatagramPacket answer = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
      try {
        socket.receive(answer);
      } catch (SocketTimeoutException e) {
        return;
      }
      if (answer.getAddress().equals(gateway.address())) {
        String text =
            new String(answer.getData(), 0, answer.getLength(), StandardCharsets.ISO_8859_1);
        location(text, gateway).ifPresent(found::add);
      }
    }
  }

  /** Anyone on the network may answer; one that leads elsewhere than to the gateway is ignored. */
  static Optional<URI> location(String answer, Gateway gateway) {
    if (!answer.startsWith("HTTP/1.1 200")) {
      return Optional.empty();
    }
    return answer
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location:"))
        .findFirst()
        .flatMap(line -> parse(line.substring("location:".length()).strip()))
        .filter(uri -> UpnpHttp.isOf(uri, gateway.address()));
  }

  private static Optional<URI> parse(String text) {
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
