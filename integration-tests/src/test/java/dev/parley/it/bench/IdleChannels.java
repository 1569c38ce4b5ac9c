package dev.parley.it.bench;

import dev.parley.it.bench.TwoHosts.Pair;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Memory;
import dev.parley.it.process.Stage;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A thousand channels that do nothing, each between two sockets, one at either daemon. */
final class IdleChannels {
  private static final int CHANNELS = 1_000;
  private static final int AT_ONCE = 50;
  private static final int SETTLED_SECONDS = 15;
  private static final double MEGABYTE = 1 << 20;

  private IdleChannels() {}

  static List<Measured> measure(Stage stage) throws Exception {
    if (!TwoHosts.possible()) {
      return List.of();
    }
    Pair pair = TwoHosts.cabled(stage).daemons().direct();
    Path local = stage.directory().resolve("idle.in");
    try (BulkEnd end = BulkEnd.open(stage.directory().resolve("idle.sock"), false)) {
      pair.listen("idle", end.target());
      pair.forward("idle", "unix:" + local);
      List<SocketChannel> sockets = new ArrayList<>(Bulk.connect(local, 1));
      awaitConnections(end, 1);
      TimeUnit.SECONDS.sleep(SETTLED_SECONDS);
      double alice = megabytes(pair.alice());
      double bob = megabytes(pair.bob());
      while (sockets.size() <= CHANNELS) {
        sockets.addAll(Bulk.connect(local, AT_ONCE));
        awaitConnections(end, sockets.size());
      }
      int more = sockets.size() - 1;
      TimeUnit.SECONDS.sleep(SETTLED_SECONDS);
      double aliceMore = (megabytes(pair.alice()) - alice) * 1_024 / more;
      double bobMore = (megabytes(pair.bob()) - bob) * 1_024 / more;
      for (SocketChannel socket : sockets) {
        socket.close();
      }
      return List.of(
          Measured.without(
              "RSS per idle channel of " + more + ", where they are opened", aliceMore, "KB"),
          Measured.without("the same, where they lead to", bobMore, "KB"));
    }
  }

  private static void awaitConnections(BulkEnd end, int count) {
    Awaitility.await(count + " channels")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> end.connections() >= count);
  }

  private static double megabytes(Daemon daemon) {
    return Memory.rss(daemon.process()) / MEGABYTE;
  }
}
