package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.PathKind;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import dev.parley.it.tools.Nginx;
import dev.parley.it.tools.Tool;
import dev.parley.it.tools.Wrk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A web server through a forward, under load, while the path beneath changes. */
@ExtendWith(StageExtension.class)
class ForwardUnderLoadIT {
  private static final int FLIP_EVERY_SECONDS = 2;
  private static final int SECONDS = 11;
  private static final int CONNECTIONS = 16;

  @Test
  void noRequestFailsWhileThePathFlips(Stage stage) throws Exception {
    Tool.require(Tool.NGINX, Tool.WRK);
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduce(alice, bob);
    int port = freePort();
    Nginx.serve(bob.home(), "127.0.0.1", port, stage.directory().resolve("web"));
    Nginx.awaitListening(port);
    bob.home()
        .parley("listen", "web", "--to", "tcp:127.0.0.1:" + port, "--allow", "alice")
        .succeeds();
    String local =
        alice
            .home()
            .parley("forward", "bob/web", "127.0.0.1:0", "--json")
            .succeeds()
            .json()
            .get("local")
            .getAsString()
            .substring("tcp:".length());
    alice.home().parley("ping", "bob", "--until-direct", "--timeout", "60s").succeeds();

    ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    stage.closeLater(clock::shutdownNow);
    AtomicInteger flips = new AtomicInteger();
    var flipping =
        clock.scheduleAtFixedRate(
            () -> flip(alice, bob, flips), 1, FLIP_EVERY_SECONDS, TimeUnit.SECONDS);
    Running load =
        Wrk.start(alice.home(), stage.directory(), CONNECTIONS, SECONDS, "http://" + local + "/");
    Wrk counted = Wrk.of(load);

    assertThat(flipping.cancel(false)).as("flipped to the end").isTrue();
    System.out.printf("%s while the path flipped %d times%n", counted, flips.get());
    assertThat(flips.get()).isGreaterThan(2);
    assertThat(counted.failed()).as("%s", load.out()).isZero();
    assertThat(counted.requests()).isPositive();
  }

  private static void flip(Daemon alice, Daemon bob, AtomicInteger flips) {
    PathKind kind =
        flips.getAndIncrement() % 2 == 0 ? PathKind.PATH_KIND_RELAY : PathKind.PATH_KIND_DIRECT;
    alice.control().pin("bob", kind);
    bob.control().pin("alice", kind);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
