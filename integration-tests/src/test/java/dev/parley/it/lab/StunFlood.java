package dev.parley.it.lab;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Sends forged STUN packets to HOST PORT at RATE packets a second for SECONDS, from many ports of
 * its host, and prints how many left. Requests with and without credentials, answers to nothing,
 * errors and indications, each with a random transaction.
 *
 * <p>The kernel cuts what is written into packets (UDP_SEGMENT): with a system call for each, the
 * sender would take more of the machine than the node that it floods.
 */
final class StunFlood {
  private static final int SOCKETS = 16;
  private static final int BATCH = 50;
  private static final int BATCHES = 64;
  private static final int COOKIE = 0x2112A442;
  private static final int[] TYPES = {0x0001, 0x0001, 0x0101, 0x0111, 0x0011};
  private static final int HEADER_BYTES = 20;
  private static final int NAME_BYTES = 12;
  private static final int CODE_BYTES = 20;

  private final InetSocketAddress target;
  private final List<Channel> sockets = new ArrayList<>();
  private final List<Batch> batches = new ArrayList<>();
  private long sent;

  /** Packets of one size. */
  private record Batch(ByteBuf bytes, int size) {}

  private StunFlood(InetSocketAddress target, Random random) {
    this.target = target;
    for (int i = 0; i < BATCHES; i++) {
      batches.add(batch(TYPES[i % TYPES.length], i % TYPES.length == 0, random));
    }
  }

  public static void main(String[] arguments) throws Exception {
    InetSocketAddress target = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
    int rate = Integer.parseInt(arguments[2]);
    long nanos = TimeUnit.SECONDS.toNanos(Integer.parseInt(arguments[3]));
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    StunFlood flood = new StunFlood(target, new Random(1));
    for (int i = 0; i < SOCKETS; i++) {
      flood.sockets.add(
          new Bootstrap()
              .group(group)
              .channel(EpollDatagramChannel.class)
              .handler(new ChannelInboundHandlerAdapter())
              .bind(0)
              .sync()
              .channel());
    }
    EventLoop loop = flood.sockets.get(0).eventLoop();
    loop.submit(() -> flood.run(rate, nanos)).sync();
    System.out.println(flood.sent);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private void run(int rate, long nanos) {
    long begin = System.nanoTime();
    long passed = 0;
    for (int next = 0; passed < nanos; passed = System.nanoTime() - begin) {
      while (sent + BATCH <= passed / 1e9 * rate) {
        Batch batch = batches.get(next % BATCHES);
        sockets
            .get(next++ % SOCKETS)
            .writeAndFlush(
                new SegmentedDatagramPacket(
                    batch.bytes().retainedDuplicate(), batch.size(), target));
        sent += BATCH;
      }
    }
  }

  private static Batch batch(int type, boolean bare, Random random) {
    int body = bare ? 0 : 4 + NAME_BYTES + 4 + CODE_BYTES;
    ByteBuf bytes = Unpooled.directBuffer(BATCH * (HEADER_BYTES + body));
    for (int i = 0; i < BATCH; i++) {
      bytes.writeShort(type).writeShort(body);
      bytes.writeInt(COOKIE).writeLong(random.nextLong()).writeInt(random.nextInt());
      if (!bare) {
        String name = String.format(Locale.ROOT, "u%07d:vvv", random.nextInt(10_000_000));
        bytes.writeShort(0x0006).writeShort(NAME_BYTES);
        bytes.writeCharSequence(name, StandardCharsets.US_ASCII);
        byte[] code = new byte[CODE_BYTES];
        random.nextBytes(code);
        bytes.writeShort(0x0008).writeShort(CODE_BYTES).writeBytes(code);
      }
    }
    return new Batch(bytes, HEADER_BYTES + body);
  }
}
