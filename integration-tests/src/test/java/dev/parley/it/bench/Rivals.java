package dev.parley.it.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.parley.it.process.Running;
import dev.parley.it.tools.OpenSsh;
import dev.parley.it.tools.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Other programs that move bytes between the same two hosts. */
final class Rivals {
  private static final int IPERF_PORT = 5201;
  private static final int TLS_PORT = 5443;
  private static final long SSH_BYTES = 1L << 30;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Rivals() {}

  /** Rows with what they reach, and what part of it parley has reached. */
  static List<Measured> measure(TwoHosts hosts, double one, double both, double ten)
      throws Exception {
    List<Measured> table = new ArrayList<>();
    Optional<String> noIperf = Tool.missing(Tool.IPERF3);
    if (noIperf.isPresent()) {
      table.add(Measured.missing("iperf3, TCP", noIperf.get()));
    } else {
      Running server = iperfServer(hosts);
      compare(table, "iperf3, TCP, one stream", iperf(hosts, ""), "`parley pipe`", one);
      compare(table, "iperf3, both ways", iperf(hosts, "--bidir"), "`parley pipe`", both);
      compare(table, "iperf3, 10 streams", iperf(hosts, "-P 10"), "a forward", ten);
      server.kill();
    }
    compare(table, TlsTraffic.description(), tls(hosts), "`parley pipe`", one);
    Optional<String> noSsh = Tool.missing(Tool.SSHD, Tool.SSH);
    if (noSsh.isPresent()) {
      table.add(Measured.missing("OpenSSH", noSsh.get()));
    } else {
      compare(table, "OpenSSH, `ssh host cat`, one stream", ssh(hosts), "`parley pipe`", one);
    }
    return table;
  }

  private static void compare(
      List<Measured> table, String what, double measured, String ours, double parley) {
    table.add(Measured.without(what, measured, "Mbit/s"));
    table.add(Measured.without(ours + " as a part of that", parley / measured, ""));
  }

  static Running iperfServer(TwoHosts hosts) {
    Running server =
        hosts
            .there()
            .home()
            .launchIn(hosts.stage().directory(), "iperf3", Tool.IPERF3 + " -s -p " + IPERF_PORT);
    hosts.there().awaitListening(IPERF_PORT);
    return server;
  }

  /** What has arrived, of both directions if there are two. */
  static double iperf(TwoHosts hosts, String options) {
    Running client =
        hosts
            .here()
            .home()
            .launchIn(
                hosts.stage().directory(),
                "iperf3-client",
                Tool.IPERF3
                    + " -J -O 2 -t 5 -p "
                    + IPERF_PORT
                    + " -c "
                    + hosts.there().address()
                    + " "
                    + options);
    client.awaitEnd();
    JsonObject end = JsonParser.parseString(client.out()).getAsJsonObject().getAsJsonObject("end");
    double sum = 0;
    for (String direction : List.of("sum_received", "sum_received_bidir_reverse")) {
      if (end.has(direction)) {
        sum += end.getAsJsonObject(direction).get("bits_per_second").getAsDouble();
      }
    }
    return sum / 1e6;
  }

  private static double tls(TwoHosts hosts) throws Exception {
    Path directory = hosts.stage().directory();
    TlsTraffic.makeKey(directory);
    Running server =
        hosts
            .there()
            .java(directory, TlsTraffic.class, "serve " + hosts.there().address() + " " + TLS_PORT);
    server.awaitLine("ready");
    Running client =
        hosts
            .here()
            .java(directory, TlsTraffic.class, "send " + hosts.there().address() + " " + TLS_PORT);
    double rate = Double.parseDouble(server.awaitLine("mbit "));
    client.kill();
    server.kill();
    return rate;
  }

  /** By the time for a gigabyte, less that of a login. */
  private static double ssh(TwoHosts hosts) throws Exception {
    Path directory = hosts.stage().directory();
    OpenSsh server =
        OpenSsh.serve(hosts.there().home(), hosts.there().address(), directory.resolve("ssh"));
    String ssh = Tool.SSH + " " + server.directly(hosts.there().address());
    double login = seconds(hosts, ssh + " bob true");
    double all =
        seconds(
            hosts,
            "sh -c \"head -c " + SSH_BYTES + " /dev/zero | " + ssh + " bob 'cat >/dev/null'\"");
    return SSH_BYTES * 8e-6 / (all - login);
  }

  private static double seconds(TwoHosts hosts, String command) {
    long start = System.nanoTime();
    Running running = hosts.here().home().launchIn(hosts.stage().directory(), "ssh", command);
    if (!running.endsWithin(PATIENCE) || running.awaitEnd() != 0) {
      throw new IllegalStateException(command + " failed: " + running.err());
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
