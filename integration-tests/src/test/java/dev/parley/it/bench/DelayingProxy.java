package dev.parley.it.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Forwards TCP on the loopback and makes every byte late by the same time, in each direction: a
 * long cable. Two threads per direction of each connection: one takes, one waits and passes on.
 */
final class DelayingProxy implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final long delayNanos;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  private DelayingProxy(ServerSocket server, InetSocketAddress target, long delayNanos) {
    this.server = server;
    this.target = target;
    this.delayNanos = delayNanos;
  }

  static DelayingProxy start(int port, long delayMillis) throws IOException {
    DelayingProxy proxy =
        new DelayingProxy(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            delayMillis * 1_000_000);
    inBackground(proxy::accept);
    return proxy;
  }

  int port() {
    return server.getLocalPort();
  }

  private record Chunk(byte[] bytes, long dueNanos) {}

  /** Work that ends when its sockets do. */
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void inBackground(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException | InterruptedException e) {
                // A connection that ends is all that can happen here.
                return;
              }
            },
            "delaying-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      Socket relay = new Socket(target.getAddress(), target.getPort());
      sockets.addAll(List.of(client, relay));
      for (Socket socket : List.of(client, relay)) {
        socket.setTcpNoDelay(true);
      }
      join(client, relay);
      join(relay, client);
    }
  }

  private void join(Socket from, Socket to) {
    BlockingQueue<Chunk> late = new LinkedBlockingQueue<>();
    inBackground(() -> take(from, late));
    inBackground(() -> pass(late, to));
  }

  private void take(Socket from, BlockingQueue<Chunk> late) throws IOException {
    byte[] buffer = new byte[CHUNK];
    int length;
    do {
      length = from.getInputStream().read(buffer);
      late.add(
          new Chunk(Arrays.copyOf(buffer, Math.max(0, length)), System.nanoTime() + delayNanos));
    } while (length >= 0);
  }

  private static void pass(BlockingQueue<Chunk> late, Socket to)
      throws IOException, InterruptedException {
    OutputStream out = to.getOutputStream();
    while (true) {
      Chunk chunk = late.take();
      for (long left = chunk.dueNanos() - System.nanoTime(); left > 0; ) {
        LockSupport.parkNanos(left);
        left = chunk.dueNanos() - System.nanoTime();
      }
      if (chunk.bytes().length == 0) {
        to.close();
        return;
      }
      out.write(chunk.bytes());
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
