package dev.parley.it.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The public half of the prober: four UDP sockets on two addresses and two ports. A request "TOKEN
 * FROM DELAY TO" is answered from socket FROM after DELAY milliseconds with "TOKEN FROM HOST PORT",
 * where host and port are those that the request came from; the answer goes there, or to port TO of
 * that host when it is not 0.
 */
final class ProbeServer {
  static final int PORT = 3478;
  static final int PORT_TOO = 3479;

  private ProbeServer() {}

  /** The sockets, in the order in which requests number them. */
  static List<InetSocketAddress> sockets(String address, String addressToo) {
    return List.of(
        new InetSocketAddress(address, PORT),
        new InetSocketAddress(address, PORT_TOO),
        new InetSocketAddress(addressToo, PORT),
        new InetSocketAddress(addressToo, PORT_TOO));
  }

  public static void main(String[] arguments) throws IOException {
    List<InetSocketAddress> addresses = sockets(arguments[0], arguments[1]);
    DatagramSocket[] sockets = new DatagramSocket[addresses.size()];
    for (int i = 0; i < sockets.length; i++) {
      sockets[i] = new DatagramSocket(addresses.get(i));
    }
    // One thread answers, so that answers leave in the order of the requests.
    ScheduledExecutorService answers = Executors.newSingleThreadScheduledExecutor();
    for (DatagramSocket socket : sockets) {
      new Thread(() -> serve(socket, sockets, answers), "probe-server").start();
    }
    System.out.println("ready");
  }

  private static void serve(
      DatagramSocket socket, DatagramSocket[] all, ScheduledExecutorService answers) {
    DatagramPacket packet = new DatagramPacket(new byte[512], 512);
    try {
      while (true) {
        socket.receive(packet);
        String[] words =
            new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII)
                .split(" ", -1);
        InetAddress host = packet.getAddress();
        int port = packet.getPort();
        int from = Integer.parseInt(words[1]);
        int to = Integer.parseInt(words[3]);
        byte[] answer =
            (words[0] + " " + from + " " + host.getHostAddress() + " " + port)
                .getBytes(StandardCharsets.US_ASCII);
        DatagramPacket reply = new DatagramPacket(answer, answer.length, host, to == 0 ? port : to);
        answers.schedule(
            () -> send(all[from], reply), Long.parseLong(words[2]), TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      System.err.println("the probe server ends: " + e);
      Runtime.getRuntime().halt(1);
    }
  }

  private static void send(DatagramSocket socket, DatagramPacket packet) {
    try {
      socket.send(packet);
    } catch (IOException e) {
      System.err.println("no answer could be sent: " + e);
    }
  }
}
