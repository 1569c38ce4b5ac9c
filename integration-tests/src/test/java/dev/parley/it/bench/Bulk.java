package dev.parley.it.bench;

import dev.parley.it.bench.TwoHosts.Pair;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Bytes through channels between two hosts on one cable, and through other programs beside. */
final class Bulk {
  private static final int WARM_UP_SECONDS = 4;
  private static final int SECONDS = 5;
  private static final int STREAMS = 10;
  private static final double GOAL = 2_500;

  private Bulk() {}

  static List<Measured> measure(Stage stage) throws Exception {
    if (!TwoHosts.possible()) {
      return List.of();
    }
    TwoHosts hosts = TwoHosts.cabled(stage);
    Pair pair = hosts.daemons().direct();
    double one = onePipe(pair, false);
    double both = onePipe(pair, true);
    double ten = streams(pair, STREAMS);
    double alone = streams(pair, 1);
    // What follows shall not share the machine with them.
    pair.alice().stop();
    pair.bob().stop();
    List<Measured> table = new ArrayList<>();
    table.add(
        Measured.atLeast("`parley pipe` over veth, one way, one stream", GOAL, one, "Mbit/s"));
    table.add(Measured.without("the same, both ways, together", both, "Mbit/s"));
    table.add(Measured.without("a forward over veth, one stream", alone, "Mbit/s"));
    table.add(Measured.without("the same, 10 streams, together", ten, "Mbit/s"));
    table.addAll(Rivals.measure(hosts, one, both, ten));
    return table;
  }

  private static double onePipe(Pair pair, boolean bothWays) throws Exception {
    String name = bothWays ? "both" : "sink";
    Path socket = pair.hosts().stage().directory().resolve(name + ".sock");
    try (BulkEnd end = BulkEnd.open(socket, bothWays)) {
      pair.listen(name, end.target());
      Running pipe = pair.pipe(name, "/dev/zero", "/dev/null");
      try {
        return Rate.of(() -> end.taken() + end.given(), WARM_UP_SECONDS, SECONDS);
      } finally {
        pipe.kill();
      }
    }
  }

  /** From this process, through one forward: ten processes would be measured otherwise. */
  private static double streams(Pair pair, int count) throws Exception {
    Path directory = pair.hosts().stage().directory();
    String name = "sinks" + count;
    Path local = directory.resolve(name + ".in");
    try (BulkEnd end = BulkEnd.open(directory.resolve(name + ".sock"), false)) {
      pair.listen(name, end.target());
      pair.forward(name, "unix:" + local);
      List<SocketChannel> sockets = connect(local, count);
      sockets.forEach(socket -> BulkEnd.inBackground(() -> BulkEnd.give(socket, new LongAdder())));
      try {
        return Rate.of(end::taken, WARM_UP_SECONDS, SECONDS);
      } finally {
        for (SocketChannel socket : sockets) {
          socket.close();
        }
      }
    }
  }

  static List<SocketChannel> connect(Path local, int count) throws IOException {
    List<SocketChannel> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(SocketChannel.open(UnixDomainSocketAddress.of(local)));
    }
    return sockets;
  }
}
