package dev.parley.messaging;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * Durable messages per second to one peer, both ends in this JVM, links in memory: the cost of disk
 * and messaging without that of the network. Arguments: directory, messages, bytes per body. Not a
 * test.
 */
final class ThroughputBench {
  private ThroughputBench() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "bench");
    int count = Integer.parseInt(arguments[1]);
    ByteString body = ByteString.copyFrom(new byte[Integer.parseInt(arguments[2])]);
    PeerId bobId = MemoryNetwork.peer(2);
    try (MemoryNetwork network = new MemoryNetwork(new Random(1));
        TestNode alice = new TestNode(network, MemoryNetwork.peer(1), directory.resolve("a.db"));
        TestNode bob = new TestNode(network, bobId, directory.resolve("b.db"))) {
      for (int round = 1; round <= 4; round++) {
        long start = System.nanoTime();
        sendAll(alice, bobId, body, count);
        while (alice.messages.outboxSize(bobId) > 0) {
          Thread.onSpinWait();
          Thread.yield();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
            "round %d: %,d messages of %d bytes delivered in %.2f s: %,.0f per second%n",
            round, count, body.size(), seconds, count / seconds);
      }
      System.out.printf("bob has %,d unread%n", bob.messages.unread(ConsumerName.DEFAULT));
      drain(bob);
    }
  }

  private static void sendAll(TestNode from, PeerId to, ByteString body, int count)
      throws Exception {
    Semaphore uncommitted = new Semaphore(8_192);
    OutgoingMessage message = new OutgoingMessage(to, "application/octet-stream", body);
    for (int i = 0; i < count; i++) {
      uncommitted.acquire();
      var unused =
          from.messages
              .send(message)
              .whenComplete(
                  (id, failure) -> {
                    uncommitted.release();
                    if (failure != null) {
                      failure.printStackTrace();
                    }
                  });
    }
    uncommitted.acquire(8_192);
  }

  private static void drain(TestNode node) throws Exception {
    long waiting = node.messages.unread(ConsumerName.DEFAULT);
    CountDownLatch left = new CountDownLatch((int) waiting);
    long start = System.nanoTime();
    CompletableFuture<InboxSubscription> subscribed = new CompletableFuture<>();
    subscribed.complete(
        node.messages.subscribe(
            ConsumerName.DEFAULT,
            1_024,
            message -> {
              var unused = subscribed.thenCompose(it -> it.acknowledge(message.position()));
              left.countDown();
            }));
    left.await();
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("read and acknowledged one by one: %,.0f per second%n", waiting / seconds);
  }
}
