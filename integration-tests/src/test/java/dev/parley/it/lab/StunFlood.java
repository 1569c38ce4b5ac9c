package dev.parley.it.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Sends forged STUN packets to HOST PORT at RATE packets a second for SECONDS, from many ports of
 * its host, and prints how many left. Requests with and without credentials, answers to nothing,
 * errors and indications, each with a random transaction.
 */
final class StunFlood {
  private static final int SOCKETS = 16;
  private static final int THREADS = 2;
  private static final int VARIANTS = 1_024;
  private static final int COOKIE = 0x2112A442;
  private static final int[] TYPES = {0x0001, 0x0001, 0x0101, 0x0111, 0x0011};

  private StunFlood() {}

  public static void main(String[] arguments) throws Exception {
    InetSocketAddress target = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
    int rate = Integer.parseInt(arguments[2]);
    long nanos = TimeUnit.SECONDS.toNanos(Integer.parseInt(arguments[3]));
    List<Sender> senders = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Sender sender = new Sender(target, rate / THREADS, nanos, i);
      sender.start();
      senders.add(sender);
    }
    long sent = 0;
    for (Sender sender : senders) {
      sender.join();
      sent += sender.sent;
    }
    System.out.println(sent);
  }

  private static final class Sender extends Thread {
    private final InetSocketAddress target;
    private final int rate;
    private final long nanos;
    private final List<ByteBuffer> packets;
    private long sent;

    Sender(InetSocketAddress target, int rate, long nanos, int seed) {
      this.target = target;
      this.rate = rate;
      this.nanos = nanos;
      this.packets = packets(new Random(seed));
    }

    @Override
    public void run() {
      List<DatagramChannel> sockets = new ArrayList<>();
      try {
        for (int i = 0; i < SOCKETS; i++) {
          sockets.add(DatagramChannel.open().connect(target));
        }
        flood(sockets);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** As many at a time as are due: a look at the clock for each would slow it down. */
    private void flood(List<DatagramChannel> sockets) throws IOException {
      long begin = System.nanoTime();
      long passed = 0;
      while (passed < nanos) {
        long due = (long) (passed / 1e9 * rate);
        while (sent < due) {
          ByteBuffer packet = packets.get((int) (sent % VARIANTS)).duplicate();
          try {
            sockets.get((int) (sent % SOCKETS)).write(packet);
          } catch (PortUnreachableException e) {
            throw new IllegalStateException("nobody listens there", e);
          }
          sent++;
        }
        passed = System.nanoTime() - begin;
      }
    }
  }

  private static List<ByteBuffer> packets(Random random) {
    List<ByteBuffer> packets = new ArrayList<>();
    for (int i = 0; i < VARIANTS; i++) {
      byte[] name = ("u" + random.nextInt(1_000_000) + ":v").getBytes(StandardCharsets.US_ASCII);
      int padded = (name.length + 3) / 4 * 4;
      int body = 4 + padded + 4 + 20;
      boolean bare = i % TYPES.length == 0;
      ByteBuffer packet = ByteBuffer.allocateDirect(20 + (bare ? 0 : body));
      packet.putShort((short) TYPES[i % TYPES.length]).putShort((short) (bare ? 0 : body));
      packet.putInt(COOKIE).putLong(random.nextLong()).putInt(random.nextInt());
      if (!bare) {
        byte[] code = new byte[20];
        random.nextBytes(code);
        packet.putShort((short) 0x0006).putShort((short) name.length).put(name);
        packet.position(20 + 4 + padded);
        packet.putShort((short) 0x0008).putShort((short) code.length).put(code);
      }
      packets.add(packet.flip());
    }
    return packets;
  }
}
