package dev.parley.it.lab;

import dev.parley.it.nat.Filtering;
import dev.parley.it.nat.Mapping;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The inner half of the prober: prints "MAPPING FILTERING UNSOLICITED" as its host's network shows
 * them to a {@link ProbeServer}, or, asked about lifetimes, which of them a mapping survived.
 *
 * <p>That something is filtered shows without waiting: an answer that must get through is sent
 * after those in question, on the same way.
 */
final class ProbeClient {
  private static final int OWN = 0;
  private static final int OTHER_PORT = 1;
  private static final int OTHER_ADDRESS = 2;
  private static final int OTHER_BOTH = 3;
  private static final int PATIENCE_MILLIS = 500;
  private static final int TRIES = 4;

  private final List<InetSocketAddress> server;
  private int tokens;

  private ProbeClient(List<InetSocketAddress> server) {
    this.server = server;
  }

  /** The server's two addresses, and milliseconds of silence to survive, if any. */
  public static void main(String[] arguments) throws IOException {
    ProbeClient client = new ProbeClient(ProbeServer.sockets(arguments[0], arguments[1]));
    if (arguments.length > 2) {
      System.out.println(client.survives(Long.parseLong(arguments[2])));
      return;
    }
    if (client.isBlocked()) {
      System.out.println(Mapping.BLOCKED.name() + " " + Filtering.BLOCKED.name() + " false");
      return;
    }
    boolean unsolicited = client.letsInUnsolicited();
    Filtering filtering = client.filtering();
    System.out.println(
        client.mapping().name()
            + " "
            + (unsolicited && filtering == Filtering.ENDPOINT_INDEPENDENT
                    ? Filtering.NONE
                    : filtering)
                .name()
            + " "
            + unsolicited);
  }

  private boolean isBlocked() throws IOException {
    try (DatagramSocket socket = socket()) {
      return exchange(socket, OWN, 0, OWN).isEmpty();
    }
  }

  /** Whether a socket that has sent nothing gets anything. */
  private boolean letsInUnsolicited() throws IOException {
    try (DatagramSocket silent = socket();
        DatagramSocket asking = socket()) {
      String token = token();
      send(asking, OWN, token + " " + OWN + " 0 " + silent.getLocalPort());
      exchange(asking, OWN, 0, OWN);
      return receive(silent).startsWith(token);
    }
  }

  private Mapping mapping() throws IOException {
    try (DatagramSocket socket = socket()) {
      String seen = exchange(socket, OWN, 0, OWN);
      String host = seen.split(" ", 2)[0];
      if (seen.equals(host + " " + socket.getLocalPort()) && isOwn(host)) {
        return Mapping.NONE;
      }
      if (!seen.equals(exchange(socket, OTHER_PORT, 0, OTHER_PORT))) {
        return Mapping.ADDRESS_AND_PORT_DEPENDENT;
      }
      return seen.equals(exchange(socket, OTHER_BOTH, 0, OTHER_BOTH))
          ? Mapping.ENDPOINT_INDEPENDENT
          : Mapping.ADDRESS_DEPENDENT;
    }
  }

  private static boolean isOwn(String host) throws SocketException {
    return java.net.NetworkInterface.networkInterfaces()
        .flatMap(java.net.NetworkInterface::inetAddresses)
        .anyMatch(address -> address.getHostAddress().equals(host));
  }

  private Filtering filtering() throws IOException {
    try (DatagramSocket socket = socket()) {
      // The hole is made first; then three answers, of which the last gets in for certain.
      exchange(socket, OWN, 0, OWN);
      Set<String> in = new HashSet<>();
      String last = token();
      for (int from : List.of(OTHER_BOTH, OTHER_ADDRESS, OTHER_PORT)) {
        send(socket, OWN, token() + " " + from + " 0 0");
      }
      send(socket, OWN, last + " " + OWN + " 0 0");
      String answer;
      do {
        answer = receive(socket);
        if (answer.isEmpty()) {
          throw new IOException("the answer that must get in did not");
        }
        in.add(answer.split(" ", 3)[1]);
      } while (!answer.startsWith(last + " "));
      if (in.contains("" + OTHER_BOTH) && in.contains("" + OTHER_ADDRESS)) {
        return Filtering.ENDPOINT_INDEPENDENT;
      }
      return in.contains("" + OTHER_PORT)
          ? Filtering.ADDRESS_DEPENDENT
          : Filtering.ADDRESS_AND_PORT_DEPENDENT;
    }
  }

  /** Whether an answer gets in that comes so much later. */
  private boolean survives(long millis) throws IOException {
    try (DatagramSocket socket = socket()) {
      exchange(socket, OWN, 0, OWN);
      socket.setSoTimeout((int) millis + 2 * PATIENCE_MILLIS);
      send(socket, OWN, token() + " " + OWN + " " + millis + " 0");
      return !receive(socket).isEmpty();
    }
  }

  private static DatagramSocket socket() throws SocketException {
    DatagramSocket socket = new DatagramSocket();
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private String token() {
    return "t" + tokens++;
  }

  /** Asks until there is an answer; what the server saw, or nothing. */
  private String exchange(DatagramSocket socket, int to, int delay, int from) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      String token = token();
      send(socket, to, token + " " + from + " " + delay + " 0");
      String answer = receive(socket);
      if (!answer.isEmpty()) {
        return answer.split(" ", 3)[2];
      }
    }
    return "";
  }

  private void send(DatagramSocket socket, int to, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    socket.send(new DatagramPacket(bytes, bytes.length, server.get(to)));
  }

  private static String receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[512], 512);
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException e) {
      return "";
    }
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
  }
}
