package dev.parley.it.bench;

import dev.parley.channels.Access;
import dev.parley.channels.ChannelListener;
import dev.parley.channels.DatagramChannel;
import dev.parley.channels.ServiceName;
import dev.parley.channels.StreamChannel;
import dev.parley.link.StreamEnd;
import dev.parley.node.Node;
import dev.parley.proto.home.NodeHome;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * A Java program with a node in it: {@code serve|use HOME ADDRESS HOME-OF-THE-OTHER}. The two find
 * each other by their files; the one that uses prints what it has measured.
 */
final class EndProgram {
  private static final ServiceName ECHO = new ServiceName("echo");
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int WARM_UP = 5_000;
  private static final int PINGS = 20_000;
  private static final int OPENINGS = 20_000;
  private static final int OPENING_AT_ONCE = 64;

  private EndProgram() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[1]);
    try (Node node = Embedded.start(NodeHome.in(home), arguments[2])) {
      if (arguments[0].equals("serve")) {
        node.channels().listen(ECHO, Access.ALL_CONTACTS, new Echo());
      }
      Path made = Files.writeString(home.resolve("ticket.new"), node.ticket(true));
      Files.move(made, ticket(home), StandardCopyOption.ATOMIC_MOVE);
      Path other = ticket(Path.of(arguments[3]));
      while (!Files.exists(other)) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      PeerId peer = node.contacts().add("other", Files.readString(other)).peer();
      System.out.println("ready");
      if (arguments[0].equals("serve")) {
        TimeUnit.HOURS.sleep(1);
      }
      open(node, peer, 1);
      pings(node, peer);
      open(node, peer, OPENINGS / 2);
      System.out.println("openings " + open(node, peer, OPENINGS));
    }
  }

  private static Path ticket(Path home) {
    return home.resolve("ticket");
  }

  private static void pings(Node node, PeerId peer) throws Exception {
    // A late answer must not be taken for that of the next one.
    AtomicInteger asked = new AtomicInteger();
    Semaphore answered = new Semaphore(0);
    DatagramChannel channel =
        node.channels()
            .openDatagrams(peer, ECHO, TIMEOUT)
            .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    channel.start(
        new DatagramChannel.Handler() {
          @Override
          public void onDatagram(ByteBuffer datagram) {
            if (datagram.getInt(datagram.position()) == asked.get()) {
              answered.release();
            }
          }

          @Override
          public void onClosed(StreamEnd how) {}
        });
    ByteBuffer ping = ByteBuffer.allocate(RawUdp.BYTES);
    Samples samples = new Samples();
    long lost = 0;
    for (int i = 0; i < WARM_UP + PINGS; i++) {
      long start = System.nanoTime();
      asked.set(i);
      answered.drainPermits();
      channel.send(ping.duplicate().putInt(0, i));
      if (!answered.tryAcquire(1, TimeUnit.SECONDS)) {
        lost++;
      } else if (i >= WARM_UP) {
        samples.add(System.nanoTime() - start);
      }
    }
    channel.close();
    System.out.println("p50 " + samples.median());
    System.out.println("p99 " + samples.percentile(99));
    System.out.println("lost " + lost);
  }

  /** Opens and closes that many; how many a second. */
  private static double open(Node node, PeerId peer, int count) throws InterruptedException {
    Semaphore room = new Semaphore(OPENING_AT_ONCE);
    LongAdder refused = new LongAdder();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      room.acquire();
      node.channels()
          .open(peer, ECHO, TIMEOUT)
          .whenComplete(
              (channel, failure) -> {
                if (failure == null) {
                  channel.close();
                } else {
                  refused.increment();
                }
                room.release();
              });
    }
    room.acquire(OPENING_AT_ONCE);
    if (refused.sum() > 0) {
      System.out.println("refused " + refused.sum());
    }
    return count * 1e9 / (System.nanoTime() - start);
  }

  /** Sends datagrams back; takes streams and waits for their end. */
  private static final class Echo implements ChannelListener {
    @Override
    public void onStream(PeerId peer, Opening<StreamChannel> opening) {
      opening
          .accept()
          .start(
              new StreamChannel.Handler() {
                @Override
                public void onBytes(ByteBuffer bytes) {}

                @Override
                public void onEnd() {}

                @Override
                public void onClosed(StreamEnd how) {}
              });
    }

    @Override
    public void onDatagrams(PeerId peer, Opening<DatagramChannel> opening) {
      DatagramChannel channel = opening.accept();
      channel.start(
          new DatagramChannel.Handler() {
            @Override
            public void onDatagram(ByteBuffer datagram) {
              channel.send(datagram);
            }

            @Override
            public void onClosed(StreamEnd how) {}
          });
    }
  }
}
