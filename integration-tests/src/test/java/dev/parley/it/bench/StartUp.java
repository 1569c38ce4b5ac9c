package dev.parley.it.bench;

import dev.parley.control.v1.PathKind;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.Memory;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How soon the programs are there, and how much memory a daemon holds that does nothing. */
final class StartUp {
  private static final int STARTS = 11;
  private static final int COMMANDS = 20;
  private static final int IDLE_SECONDS = 15;

  private StartUp() {}

  static List<Measured> measure(Stage stage) throws Exception {
    Home home = stage.home("starter");
    double first = startToReady(home);
    Samples starts = new Samples();
    for (int i = 0; i < STARTS; i++) {
      starts.add((long) (startToReady(home) * 1e6));
    }
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    double command = command(alice.home());
    alice.control().awaitRelay();
    TimeUnit.SECONDS.sleep(IDLE_SECONDS);
    double idle = residentMegabytes(alice.process());

    Daemon.introduce(alice, bob);
    alice.home().parley("ping", "bob", "--until-direct", "--timeout", "60s").succeeds();
    alice.control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
    TimeUnit.SECONDS.sleep(IDLE_SECONDS);
    return List.of(
        Measured.atMost("start to ready, median of " + STARTS, 1_200, starts.median(), "ms"),
        Measured.without("the same, first start of all (makes the key)", first, "ms"),
        Measured.atMost("`parley status --json`, median of " + COMMANDS, 350, command, "ms"),
        Measured.atMost("idle RSS of parleyd, connected to a relay", 90, idle, "MB"),
        Measured.without("the same, linked with a peer", residentMegabytes(alice.process()), "MB"),
        Measured.without("RSS of parleyd relay", residentMegabytes(relay.process()), "MB"));
  }

  private static double startToReady(Home home) {
    long start = System.nanoTime();
    Daemon daemon = home.start();
    long nanos = System.nanoTime() - start;
    daemon.stop();
    return nanos / 1e6;
  }

  private static double command(Home home) {
    Samples samples = new Samples();
    for (int i = 0; i < COMMANDS; i++) {
      long start = System.nanoTime();
      home.parley("status", "--json").succeeds();
      samples.add(System.nanoTime() - start);
    }
    return samples.median();
  }

  private static double residentMegabytes(Running process) {
    return Memory.rss(process) / (double) (1 << 20);
  }
}
