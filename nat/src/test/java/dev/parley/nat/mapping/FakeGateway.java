package dev.parley.nat.mapping;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A gateway on the loopback that answers as a test wants: UDP for PCP and SSDP, TCP for UPnP. */
final class FakeGateway implements AutoCloseable {
  static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  final List<byte[]> asked = new CopyOnWriteArrayList<>();
  final List<String> requested = new CopyOnWriteArrayList<>();
  private final DatagramSocket pcp;
  private final DatagramSocket ssdp;
  private final ServerSocket http;

  volatile Function<byte[], List<byte[]>> onPcp = request -> List.of();
  volatile Function<FakeGateway, String> onSearch = gateway -> "";
  volatile Function<String, byte[]> onHttp = request -> new byte[0];

  FakeGateway() {
    try {
      pcp = new DatagramSocket(0, LOOPBACK);
      ssdp = new DatagramSocket(0, LOOPBACK);
      http = new ServerSocket(0, 16, LOOPBACK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread(
        () ->
            serve(
                pcp,
                request -> {
                  asked.add(request);
                  return onPcp.apply(request);
                }));
    thread(() -> serve(ssdp, request -> List.of(ascii(onSearch.apply(this)))));
    thread(this::serveHttp);
  }

  Gateway gateway() {
    return new Gateway(
        LOOPBACK,
        (InetSocketAddress) pcp.getLocalSocketAddress(),
        (InetSocketAddress) ssdp.getLocalSocketAddress());
  }

  int httpPort() {
    return http.getLocalPort();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The answer to a PCP or NAT-PMP request by a gateway that grants what is asked. */
  static List<byte[]> grant(byte[] request, String external, long epoch, long lifetime) {
    try {
      byte[] ip = InetAddress.getByName(external).getAddress();
      ByteBuffer in = ByteBuffer.wrap(request);
      if (request[0] == 0) {
        return List.of(
            request[1] == 0
                ? ByteBuffer.allocate(12)
                    .put(1, (byte) 128)
                    .putInt(4, (int) epoch)
                    .put(8, ip)
                    .array()
                : ByteBuffer.allocate(16)
                    .put(1, (byte) (128 + request[1]))
                    .putInt(4, (int) epoch)
                    .putShort(8, in.getShort(4))
                    .putShort(10, in.getShort(6))
                    .putInt(12, in.getInt(8) == 0 ? 0 : (int) lifetime)
                    .array());
      }
      ByteBuffer out = ByteBuffer.wrap(request.clone());
      out.put(1, (byte) (0x80 | request[1])).putInt(8, (int) epoch).putInt(12, 0).putLong(16, 0);
      if (request[1] == 1) {
        out.putInt(4, in.getInt(4) == 0 ? 0 : (int) lifetime);
        out.put(44, new byte[10]).put(54, (byte) -1).put(55, (byte) -1).put(56, ip);
      }
      return List.of(out.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void serve(DatagramSocket socket, Function<byte[], List<byte[]>> answers) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
        socket.receive(packet);
        for (byte[] answer : answers.apply(Arrays.copyOf(packet.getData(), packet.getLength()))) {
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      // Closed: the test is over.
      return;
    }
  }

  private void serveHttp() {
    try {
      while (true) {
        try (Socket socket = http.accept()) {
          String request = read(socket);
          requested.add(request);
          socket.getOutputStream().write(onHttp.apply(request));
        } catch (java.net.SocketException e) {
          if (http.isClosed()) {
            return;
          }
        }
      }
    } catch (IOException e) {
      return;
    }
  }

  private static String read(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[4_096];
    while (!(text.toString().startsWith("GET") && text.indexOf("\r\n\r\n") > 0)
        && text.indexOf("</s:Envelope>") < 0) {
      int read = socket.getInputStream().read(buffer);
      if (read < 0) {
        break;
      }
      text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task, "fake-gateway");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    pcp.close();
    ssdp.close();
    http.close();
  }
}
