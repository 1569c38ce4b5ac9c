package dev.parley.it.bench;

import com.google.protobuf.ByteString;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.SendRequest;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import io.grpc.stub.StreamObserver;
import java.util.List;

/**
 * Messages there and back between two programs through their daemons, over the direct path of the
 * loopback, one at a time: each is on two disks before it is read, so four commits lie in a round
 * trip.
 */
final class Latency {
  private static final int WARM_UP = 1_500;
  private static final int ROUNDS = 3_000;
  private static final ByteString BODY = ByteString.copyFrom(new byte[100]);

  private Latency() {}

  static List<Measured> measure(Stage stage) throws Exception {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduce(alice, bob);
    alice.home().parley("ping", "bob", "--until-direct", "--timeout", "60s").succeeds();
    bob.control().awaitPath("alice", PathKind.PATH_KIND_DIRECT);

    Thread echo = new Thread(() -> echo(bob), "echo");
    echo.setDaemon(true);
    echo.start();
    Samples samples = new Samples();
    Inbox inbox = alice.control().inbox("");
    for (int i = 0; i < WARM_UP + ROUNDS; i++) {
      long start = System.nanoTime();
      send(alice.control().connection(), "bob");
      inbox.read(1);
      if (i >= WARM_UP) {
        samples.add(System.nanoTime() - start);
      }
    }
    echo.interrupt();
    return List.of(
        Measured.without("message there and back on loopback, p50", samples.median(), "ms"),
        Measured.without("the same, p99", samples.percentile(99), "ms"));
  }

  private static void echo(Daemon bob) {
    DaemonConnection connection = bob.control().connection();
    Inbox inbox = bob.control().inbox("");
    for (int i = 0; i < WARM_UP + ROUNDS; i++) {
      inbox.read(1);
      send(connection, "alice");
    }
  }

  private static void send(DaemonConnection connection, String peer) {
    connection
        .messages()
        .send(
            SendRequest.newBuilder()
                .setPeer(peer)
                .setBody(BODY)
                .setWaitFor(MessageState.MESSAGE_STATE_QUEUED)
                .build(),
            new StreamObserver<MessageStatus>() {
              @Override
              public void onNext(MessageStatus status) {}

              @Override
              public void onError(Throwable error) {
                throw new AssertionError("a message was refused", error);
              }

              @Override
              public void onCompleted() {}
            });
  }
}
