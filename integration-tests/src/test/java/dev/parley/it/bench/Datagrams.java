package dev.parley.it.bench;

import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Datagram channels there and back, and openings of streams, between two Java programs. */
final class Datagrams {
  private static final int UDP_PORT = 5300;
  private static final double MICROS = 1_000;

  private Datagrams() {}

  static List<Measured> measure(Stage stage) throws Exception {
    if (!TwoHosts.possible()) {
      return List.of();
    }
    TwoHosts hosts = TwoHosts.cabled(stage);
    Running raw = raw(hosts);
    Running used = nodes(hosts);
    double ours = number(used, "p50 ");
    double kernels = number(raw, "p50 ");
    return List.of(
        Measured.without("datagram there and back by a channel, p50", ours * MICROS, "µs"),
        Measured.without("the same, p99", number(used, "p99 ") * MICROS, "µs"),
        Measured.without("the same, lost of 25,000", number(used, "lost "), ""),
        Measured.without("datagram there and back by UDP, p50", kernels * MICROS, "µs"),
        Measured.without("the same, p99", number(raw, "p99 ") * MICROS, "µs"),
        Measured.without("a channel takes longer, p50, times", ours / kernels, ""),
        Measured.without("streams opened and closed again", number(used, "openings "), "/s"));
  }

  private static double number(Running program, String what) {
    return Double.parseDouble(program.awaitLine(what));
  }

  private static Running raw(TwoHosts hosts) {
    Path directory = hosts.stage().directory();
    String where = hosts.there().address() + " " + UDP_PORT;
    Running server = hosts.there().java(directory, RawUdp.class, "serve " + where);
    server.awaitLine("ready");
    Running client = hosts.here().java(directory, RawUdp.class, "use " + where);
    client.awaitEnd();
    server.kill();
    return client;
  }

  private static Running nodes(TwoHosts hosts) throws Exception {
    Path here = home(hosts.here());
    Path there = home(hosts.there());
    Running server =
        hosts
            .there()
            .java(
                there,
                EndProgram.class,
                "serve " + there + " " + hosts.there().address() + " " + here);
    Running client =
        hosts
            .here()
            .java(
                here, EndProgram.class, "use " + here + " " + hosts.here().address() + " " + there);
    client.awaitLine("openings ");
    client.awaitEnd();
    server.kill();
    return client;
  }

  private static Path home(TwoHosts.Host host) throws Exception {
    host.home().config("[channels]\nmax_openings_per_second = 1_000_000\n");
    return Files.createDirectories(host.home().directory());
  }
}
