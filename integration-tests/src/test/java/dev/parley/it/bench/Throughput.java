package dev.parley.it.bench;

import com.google.protobuf.ByteString;
import dev.parley.cli.client.BulkSender;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.SendResult;
import dev.parley.it.process.Control;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.Stage;
import dev.parley.messaging.OutgoingMessage;
import dev.parley.node.Node;
import dev.parley.proto.id.PeerId;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Messages of 400 bytes to one peer, from a program that does not wait for each: committed here,
 * sent, committed there, acknowledged.
 */
final class Throughput {
  private static final int WARM_UP = 30_000;
  private static final int MESSAGES = 100_000;
  private static final int BY_SOCKET = 30_000;

  /** Handed over and not yet on disk. */
  private static final int OUTSTANDING = 4_096;

  /** As many calls as the control socket lets one program have at a time. */
  private static final int CALLS = 64;

  private static final ByteString BODY = ByteString.copyFrom(new byte[400]);

  private Throughput() {}

  static List<Measured> measure(Stage stage) throws Exception {
    // Nobody reads at the other end: the disk is what is measured.
    Daemon bob = stage.home("bob").config("[messages]\nmax_unread_per_peer = 10_000_000\n").start();
    double embedded = embedded(stage.home("embedded"), bob);
    Daemon alice = stage.home("alice").start();
    Daemon.introduce(alice, bob);
    alice.home().parley("ping", "bob", "--until-direct", "--timeout", "60s").succeeds();
    alice.control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
    bySocket(alice.control(), BY_SOCKET / 2);
    double bySocket = bySocket(alice.control(), BY_SOCKET);
    inBulk(alice.control(), WARM_UP);
    double inBulk = inBulk(alice.control(), MESSAGES);
    return List.of(
        Measured.atLeast(
            "durable messages to one peer, from a Java program", 15_000, embedded, "/s"),
        Measured.without("the same, one call each on the control socket", bySocket, "/s"),
        Measured.atLeast("the same, in bulk on the control socket", 15_000, inBulk, "/s"));
  }

  private static double embedded(Home home, Daemon bob) throws Exception {
    try (Node node = Embedded.start(home)) {
      node.contacts().add("bob", bob.control().ticket());
      bob.control().addContact("embedded", node.ticket(true));
      PeerId peer = PeerId.parse(bob.peerId()).orElseThrow();
      embedded(node, peer, WARM_UP);
      return embedded(node, peer, MESSAGES);
    }
  }

  private static double embedded(Node node, PeerId peer, int count) throws InterruptedException {
    Semaphore room = new Semaphore(OUTSTANDING);
    OutgoingMessage message = new OutgoingMessage(peer, "application/octet-stream", BODY);
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      room.acquire();
      node.messages().send(message).whenComplete((id, failure) -> room.release());
    }
    room.acquire(OUTSTANDING);
    while (node.messages().outboxSize(peer) > 0) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return count * 1e9 / (System.nanoTime() - start);
  }

  private static double inBulk(Control control, int count) throws Exception {
    SendRequest request =
        SendRequest.newBuilder()
            .setPeer("bob")
            .setBody(BODY)
            .setContentType("application/octet-stream")
            .build();
    BulkSender sender = BulkSender.open(control.connection());
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      sender.send(request);
      if (sender.takeReady().stream().anyMatch(SendResult::hasError)) {
        throw new AssertionError("a message was refused");
      }
    }
    sender.finish();
    control.send("bob", "last", dev.parley.control.v1.MessageState.MESSAGE_STATE_DELIVERED);
    return count * 1e9 / (System.nanoTime() - start);
  }

  private static double bySocket(Control control, int count) throws InterruptedException {
    Semaphore room = new Semaphore(CALLS);
    CountDownLatch queued = new CountDownLatch(count);
    SendRequest request = SendRequest.newBuilder().setPeer("bob").setBody(BODY).build();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      room.acquire();
      control
          .connection()
          .messages()
          .send(
              request,
              new StreamObserver<MessageStatus>() {
                @Override
                public void onNext(MessageStatus status) {}

                @Override
                public void onError(Throwable error) {
                  throw new AssertionError("a message was refused", error);
                }

                @Override
                public void onCompleted() {
                  room.release();
                  queued.countDown();
                }
              });
    }
    queued.await();
    control.send("bob", "last", dev.parley.control.v1.MessageState.MESSAGE_STATE_DELIVERED);
    return count * 1e9 / (System.nanoTime() - start);
  }
}
