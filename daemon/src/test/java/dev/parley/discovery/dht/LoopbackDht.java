package dev.parley.discovery.dht;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** A small DHT of nodes with sockets of their own, on the loopback. */
public final class LoopbackDht implements AutoCloseable {
  private final List<StoringNode> nodes = new CopyOnWriteArrayList<>();
  private final List<DatagramSocket> sockets = new ArrayList<>();

  public LoopbackDht(int size) throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < size; i++) {
      DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
      sockets.add(socket);
      StoringNode node =
          new StoringNode(
              NodeId.random(random).bytes(),
              (InetSocketAddress) socket.getLocalSocketAddress(),
              nodes);
      nodes.add(node);
      Thread thread = new Thread(() -> serve(node, socket), "dht-" + i);
      thread.setDaemon(true);
      thread.start();
    }
  }

  public InetSocketAddress entrance() {
    return nodes.get(0).address;
  }

  /** These answer no longer. */
  public void kill(int count) {
    sockets.subList(sockets.size() - count, sockets.size()).forEach(DatagramSocket::close);
  }

  private static void serve(StoringNode node, DatagramSocket socket) {
    byte[] buffer = new byte[Bencode.MAX_BYTES];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] datagram = Arrays.copyOf(buffer, packet.getLength());
        Optional<ByteString> answer = node.answer(datagram);
        if (answer.isPresent()) {
          byte[] bytes = answer.get().toByteArray();
          socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
        }
      }
    } catch (SocketException e) {
      // Closed: the node is dead.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    sockets.forEach(DatagramSocket::close);
  }
}
