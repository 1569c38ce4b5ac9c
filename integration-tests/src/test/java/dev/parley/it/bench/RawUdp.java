package dev.parley.it.bench;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** Datagrams there and back by the kernel alone: {@code serve|use ADDRESS PORT}. */
final class RawUdp {
  static final int BYTES = 100;

  private static final int WARM_UP = 5_000;
  private static final int PINGS = 20_000;

  private RawUdp() {}

  public static void main(String[] arguments) throws Exception {
    InetSocketAddress server = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
    try (DatagramChannel channel = DatagramChannel.open()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
      if (arguments[0].equals("serve")) {
        channel.bind(server);
        System.out.println("ready");
        while (true) {
          SocketAddress from = channel.receive(buffer.clear());
          channel.send(buffer.flip(), from);
        }
      }
      Samples samples = new Samples();
      for (int i = 0; i < WARM_UP + PINGS; i++) {
        long start = System.nanoTime();
        channel.send(buffer.clear(), server);
        channel.receive(buffer.clear());
        if (i >= WARM_UP) {
          samples.add(System.nanoTime() - start);
        }
      }
      System.out.println("p50 " + samples.median());
      System.out.println("p99 " + samples.percentile(99));
    }
  }
}
