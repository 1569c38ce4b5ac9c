package dev.parley.it.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * An Ethernet switch that takes its time: the program that stands in for {@code netem}. Each port
 * is a VXLAN device of the kernel (RFC 7348), its number the network identifier; frames come in and
 * go out as UDP datagrams. Frames between two ports stay in order, unless there is jitter: then
 * each takes longer by chance, and later ones overtake earlier ones. Each port has a line of its
 * own behind it, as slow as its {@link Line} says.
 */
final class DelayLine {
  static final int PORT = 4789;

  private static final int HEADER_BYTES = 8;

  /** Bits of a byte times nanoseconds of a second. */
  private static final long NANO_BITS = 8_000_000_000L;

  private static final int MAX_FRAME_BYTES = 2048;
  private static final int BUFFER_BYTES = 4 << 20;

  private final DatagramChannel channel;
  private final InetSocketAddress kernel;
  private final int ports;
  private final Line line;
  private final long delayNanos;
  private final long jitterNanos;
  private final Random random;
  private final long[] freeAt;
  private final DelayQueue<Frame> underWay = new DelayQueue<>();
  private final Map<Long, Integer> learned = new HashMap<>();

  private DelayLine(DatagramChannel channel, InetSocketAddress kernel, int ports, Line line) {
    this.channel = channel;
    this.kernel = kernel;
    this.ports = ports;
    this.line = line;
    this.delayNanos = line.delay().toNanos();
    this.jitterNanos = line.jitter().toNanos();
    this.random = new Random(line.seed());
    this.freeAt = new long[ports + 1];
    Arrays.fill(freeAt, System.nanoTime());
  }

  /** Own address, the kernel's address, number of ports, and the line. */
  public static void main(String[] arguments) throws Exception {
    DatagramChannel channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
    channel.bind(new InetSocketAddress(arguments[0], PORT));
    DelayLine line =
        new DelayLine(
            channel,
            new InetSocketAddress(arguments[1], PORT),
            Integer.parseInt(arguments[2]),
            Line.of(arguments, 3));
    Thread sender = new Thread(line::send, "delay-line");
    sender.setDaemon(true);
    sender.start();
    System.out.println("ready");
    line.receive();
  }

  private void receive() throws IOException {
    ByteBuffer in = ByteBuffer.allocateDirect(MAX_FRAME_BYTES);
    while (true) {
      in.clear();
      channel.receive(in);
      long now = System.nanoTime();
      in.flip();
      if (in.remaining() < HEADER_BYTES + 14) {
        continue;
      }
      int from = in.getInt(4) >>> 8;
      learned.put(mac(in, HEADER_BYTES + 6), from);
      byte[] frame = new byte[in.remaining()];
      in.get(frame);
      Integer to = learned.get(mac(ByteBuffer.wrap(frame), HEADER_BYTES));
      if (to != null) {
        transmit(frame, to, now);
        continue;
      }
      for (int port = 1; port <= ports; port++) {
        if (port != from) {
          transmit(frame.clone(), port, now);
        }
      }
    }
  }

  private void transmit(byte[] frame, int port, long now) {
    if (line.lossPerMille() > 0 && random.nextInt(1_000) < line.lossPerMille()) {
      return;
    }
    long left = now;
    if (line.bitsPerSecond() > 0) {
      long start = Math.max(now, freeAt[port]);
      if ((start - now) * line.bitsPerSecond() / NANO_BITS > line.queueBytes()) {
        return;
      }
      left = start + (frame.length - HEADER_BYTES) * NANO_BITS / line.bitsPerSecond();
      freeAt[port] = left;
    }
    underWay.add(new Frame(frame, port, left + delayNanos + jitter()));
  }

  private long jitter() {
    return jitterNanos == 0 ? 0 : random.nextLong(jitterNanos);
  }

  private static long mac(ByteBuffer frame, int offset) {
    return frame.getLong(offset) >>> 16;
  }

  private void send() {
    try {
      while (true) {
        Frame frame = underWay.take();
        ByteBuffer out = ByteBuffer.wrap(frame.bytes);
        out.putInt(4, frame.port << 8);
        channel.send(out, kernel);
      }
    } catch (InterruptedException | IOException e) {
      System.err.println("the delay line ends: " + e);
      Runtime.getRuntime().halt(1);
    }
  }

  private static final class Frame implements Delayed {
    private final byte[] bytes;
    private final int port;
    private final long due;

    Frame(byte[] bytes, int port, long due) {
      this.bytes = bytes;
      this.port = port;
      this.due = due;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.signum(due - ((Frame) other).due);
    }
  }
}
