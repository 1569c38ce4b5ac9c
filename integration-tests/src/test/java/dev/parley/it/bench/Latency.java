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

    Samples samples = between(alice, bob, WARM_UP, ROUNDS);
    return List.of(
        Measured.without("message there and back on loopback, p50", samples.median(), "ms"),
        Measured.without("the same, p99", samples.percentile(99), "ms"));
  }

  /** From the one to the other and back, one after the other; the first are not counted. */
  static Samples between(Daemon one, Daemon other, int warmUp, int rounds) {
    Thread echo = new Thread(() -> echo(other, one.name(), warmUp + rounds), "echo");
    echo.setDaemon(true);
    echo.start();
    Samples samples = new Samples();
    Inbox inbox = one.control().inbox("");
    for (int i = 0; i < warmUp + rounds; i++) {
      long start = System.nanoTime();
      send(one.control().connection(), other.name());
      inbox.read(1);
      if (i >= warmUp) {
        samples.add(System.nanoTime() - start);
      }
    }
    inbox.finish();
    try {
      echo.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return samples;
  }

  private static void echo(Daemon here, String peer, int count) {
    DaemonConnection connection = here.control().connection();
    Inbox inbox = here.control().inbox("");
    for (int i = 0; i < count; i++) {
      inbox.read(1);
      send(connection, peer);
    }
    inbox.finish();
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
