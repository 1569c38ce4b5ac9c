package dev.parley.it.bench;

import dev.parley.control.v1.PathKind;
import dev.parley.it.bench.TwoHosts.Pair;
import dev.parley.it.lab.Internet;
import dev.parley.it.lab.Lab;
import dev.parley.it.lab.Line;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import dev.parley.it.tools.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Lines of 100 Mbit/s and a round trip of 50 ms, which a program of the laboratory stands for. */
final class SlowLine {
  private static final long RATE = 100_000_000;
  private static final Duration ROUND_TRIP = Duration.ofMillis(50);

  /** What is under way on a full line: a queue of this size is what routers are given. */
  private static final long DEEP_QUEUE = 625_000;

  private static final long SHALLOW_QUEUE = 64 * 1024;
  private static final int WARM_UP_SECONDS = 5;
  private static final int SECONDS = 10;
  private static final int MESSAGES = 300;
  private static final double MESSAGE_MILLIS = 20;
  private static final String RELAY_RATE = "10mbit";
  private static final int RELAYED_SECONDS = 6;

  private SlowLine() {}

  private static Line line(long queue) {
    return Line.withRoundTrip(ROUND_TRIP).withRate(RATE, queue);
  }

  /** With loss, and with a shallow queue. */
  static List<Measured> measure(Stage stage) throws Exception {
    return TwoHosts.possible()
        ? bulk(stage, line(DEEP_QUEUE).withLoss(10), "1 % of the packets lost each way", 85)
        : List.of();
  }

  static List<Measured> measureShallow(Stage stage) throws Exception {
    return TwoHosts.possible()
        ? bulk(stage, line(SHALLOW_QUEUE), "a queue of 64 KB", 75)
        : List.of();
  }

  private static List<Measured> bulk(Stage stage, Line line, String how, double goal)
      throws Exception {
    TwoHosts hosts = TwoHosts.over(stage, line);
    Pair pair = hosts.daemons().direct();
    List<Measured> table = new ArrayList<>();
    try (BulkEnd end = sink(pair)) {
      Running pipe = pair.pipe("sink", "/dev/zero", "/dev/null");
      double rate = Rate.of(end::taken, WARM_UP_SECONDS, SECONDS);
      pipe.kill();
      table.add(
          Measured.atLeast(
              "`parley pipe` on a line of 100 Mbit/s, 50 ms, " + how, goal, rate, "Mbit/s"));
    }
    String rival = "iperf3, TCP, the same line";
    if (Tool.missing(Tool.IPERF3).isPresent()) {
      table.add(Measured.missing(rival, Tool.missing(Tool.IPERF3).get()));
    } else {
      Running server = Rivals.iperfServer(hosts);
      table.add(Measured.without(rival, Rivals.iperf(hosts, ""), "Mbit/s"));
      server.kill();
    }
    return table;
  }

  private static BulkEnd sink(Pair pair) throws Exception {
    BulkEnd end = BulkEnd.open(pair.hosts().stage().directory().resolve("sink.sock"), false);
    pair.listen("sink", end.target());
    return end;
  }

  /** Messages beside a transfer that fills the line. */
  static List<Measured> measureMessages(Stage stage) throws Exception {
    if (!TwoHosts.possible()) {
      return List.of();
    }
    Pair pair = TwoHosts.over(stage, line(DEEP_QUEUE)).daemons().direct();
    Samples alone = Latency.between(pair.alice(), pair.bob(), 50, MESSAGES);
    try (BulkEnd end = sink(pair)) {
      Running pipe = pair.pipe("sink", "/dev/zero", "/dev/null");
      Rate.of(end::taken, WARM_UP_SECONDS, 1);
      long before = end.taken();
      long start = System.nanoTime();
      Samples beside = Latency.between(pair.alice(), pair.bob(), 10, MESSAGES);
      double rate = (end.taken() - before) * 8e3 / (System.nanoTime() - start);
      pipe.kill();
      return List.of(
          Measured.without(
              "message there and back on a line of 100 Mbit/s, 50 ms, p50", alone.median(), "ms"),
          Measured.without("the same, p99", alone.percentile(99), "ms"),
          Measured.without("beside a transfer that fills it, p50", beside.median(), "ms"),
          Measured.atMost(
              "the same, p99", MESSAGE_MILLIS + ROUND_TRIP.toMillis(), beside.percentile(99), "ms"),
          Measured.without("what the transfer has meanwhile", rate, "Mbit/s"));
    }
  }

  /** A link moves from a slow relay to a direct path that is faster, and longer than it looks. */
  static List<Measured> measureMove(Stage stage) throws Exception {
    if (!TwoHosts.possible()) {
      return List.of();
    }
    Internet internet = Internet.over(stage.closeLater(Lab.open()), line(DEEP_QUEUE));
    RelayProcess relay = TwoHosts.slowRelay(stage, internet, RELAY_RATE);
    Pair pair = TwoHosts.over(stage, internet).daemons("--relay", relay.url());
    pair.alice().control().awaitRelay();
    pair.bob().control().awaitRelay();
    pair.direct().pin(PathKind.PATH_KIND_RELAY);
    pair.alice().control().awaitPath("bob", PathKind.PATH_KIND_RELAY);
    pair.bob().control().awaitPath("alice", PathKind.PATH_KIND_RELAY);
    List<Measured> table = new ArrayList<>();
    try (BulkEnd end = sink(pair)) {
      Running pipe = pair.pipe("sink", "/dev/zero", "/dev/null");
      double relayed = Rate.of(end::taken, RELAYED_SECONDS, 2);
      table.add(
          Measured.without(
              "a stream by a relay of " + RELAY_RATE + " a second", relayed, "Mbit/s"));
      pair.pin(PathKind.PATH_KIND_DIRECT);
      for (int second = 1; second <= 3; second++) {
        double rate = Rate.over(end::taken, 1);
        String what = "the same, second " + second + " after its move to 100 Mbit/s, 50 ms";
        table.add(
            second == 1
                ? Measured.without(what, rate, "Mbit/s")
                : Measured.atLeast(what, 80, rate, "Mbit/s"));
      }
      TimeUnit.SECONDS.sleep(1);
      pipe.kill();
    }
    return table;
  }
}
