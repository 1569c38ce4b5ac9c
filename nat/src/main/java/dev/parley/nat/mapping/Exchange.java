package dev.parley.nat.mapping;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A question in one datagram and its answer in another. */
final class Exchange {
  /** RFC 6887 §7: longer is no PCP message. */
  static final int MAX_BYTES = 1_100;

  /**
   * RFC 6886 §3.1 repeats after 250 ms, 500 ms and so on, nine times; a gateway that has not
   * answered after 3.75 s does not speak the protocol.
   */
  private static final int[] TIMEOUTS_MILLIS = {250, 500, 1_000, 2_000};

  /** To look at before waiting again; more would keep a thread busy at a stranger's will. */
  private static final int MAX_STRAY_ANSWERS = 64;

  /** Reads an answer: empty when it is none to this question. */
  @FunctionalInterface
  interface Reader<T> {
    Optional<T> read(ByteBuffer answer) throws MappingException;
  }

  private Exchange() {}

  static <T> T ask(InetAddress local, InetSocketAddress server, byte[] request, Reader<T> reader)
      throws IOException {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(local, 0))) {
      // RFC 6887 §8.3, RFC 6886 §3.2: answers from anywhere but the gateway are ignored.
      socket.connect(server);
      int strays = 0;
      for (int timeout : TIMEOUTS_MILLIS) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeout);
        try {
          socket.send(new DatagramPacket(request, request.length));
          while (strays < MAX_STRAY_ANSWERS) {
            Optional<T> answer = reader.read(receive(socket, deadline));
            if (answer.isPresent()) {
              return answer.get();
            }
            strays++;
          }
        } catch (SocketTimeoutException e) {
          continue;
        }
      }
      throw new IOException("no answer from " + server);
    }
  }

  /** Waits until the deadline, by the system's clock: sockets know no other. */
  private static ByteBuffer receive(DatagramSocket socket, long deadline) throws IOException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      throw new SocketTimeoutException();
    }
    socket.setSoTimeout((int) left);
    DatagramPacket answer = new DatagramPacket(new byte[MAX_BYTES + 1], MAX_BYTES + 1);
    socket.receive(answer);
    return ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
  }
}
