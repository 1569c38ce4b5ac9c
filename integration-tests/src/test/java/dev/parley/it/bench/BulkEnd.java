package dev.parley.it.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * The program behind a service: a Unix socket of this process, which namespaces of the network do
 * not hide. Takes whatever comes, gives as much as is taken if told so, and counts both. Two
 * threads per connection.
 */
final class BulkEnd implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 * 1024;

  private final Path path;
  private final ServerSocketChannel server;
  private final boolean gives;
  private final LongAdder taken = new LongAdder();
  private final LongAdder given = new LongAdder();
  private final List<SocketChannel> sockets = new CopyOnWriteArrayList<>();

  private BulkEnd(Path path, ServerSocketChannel server, boolean gives) {
    this.path = path;
    this.server = server;
    this.gives = gives;
  }

  static BulkEnd open(Path path, boolean gives) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path), 1_024);
    BulkEnd end = new BulkEnd(path, server, gives);
    inBackground(end::accept);
    return end;
  }

  /** As `parley listen --to` wants it. */
  String target() {
    return "unix:" + path;
  }

  long taken() {
    return taken.sum();
  }

  long given() {
    return given.sum();
  }

  int connections() {
    return sockets.size();
  }

  /** Work that ends when its socket does. */
  interface Work {
    void run() throws IOException;
  }

  static void inBackground(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // A connection that ends is all that can happen here.
                return;
              }
            },
            "bulk-end");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      SocketChannel socket = server.accept();
      sockets.add(socket);
      inBackground(() -> take(socket));
      if (gives) {
        inBackground(() -> give(socket, given));
      }
    }
  }

  private void take(SocketChannel socket) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    for (int read = 0; read >= 0; read = socket.read(buffer.clear())) {
      taken.add(read);
    }
    socket.close();
  }

  /** Writes zeros until the socket is closed. */
  static void give(SocketChannel socket, LongAdder count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (true) {
      count.add(socket.write(buffer.clear()));
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel socket : sockets) {
      socket.close();
    }
  }
}
