package dev.parley.it.bench;

import dev.parley.control.v1.PathKind;
import dev.parley.it.lab.Internet;
import dev.parley.it.lab.Lab;
import dev.parley.it.lab.Line;
import dev.parley.it.lab.Namespace;
import dev.parley.it.lab.Site;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;

/**
 * Two hosts of the laboratory, joined by a cable or by a line; homes there, and daemons if need be.
 */
record TwoHosts(Stage stage, Host here, Host there) {
  private static final int RELAY_PORT = 7800;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** One of them, and the home whose programs run on it. */
  record Host(Namespace namespace, String address, Home home) {

    /** Starts a program of this bench there. */
    Running java(Path directory, Class<?> program, String arguments) {
      String command =
          Path.of(System.getProperty("java.home"), "bin", "java")
              + " -Xshare:auto -XX:+UseSerialGC -Dio.netty.allocator.type=pooled -cp '"
              + System.getProperty("java.class.path")
              + "' "
              + program.getName()
              + " "
              + arguments;
      return home.launchIn(directory, program.getSimpleName(), command);
    }

    /** Waits until something listens at a TCP port there. */
    void awaitListening(int port) {
      // As the kernel lists them: state 0A.
      String listed = String.format(Locale.ROOT, ":%04X 00000000:0000 0A", port);
      Awaitility.await("something listens at " + address + ":" + port)
          .atMost(PATIENCE)
          .until(
              () ->
                  (namespace.run("cat", "/proc/net/tcp") + namespace.run("cat", "/proc/net/tcp6"))
                      .replaceAll("(?<=:[0-9A-F]{4} )0{32}", "00000000")
                      .contains(listed));
    }
  }

  /** Two daemons on them that know each other. */
  record Pair(TwoHosts hosts, Daemon alice, Daemon bob) {

    Pair direct() {
      alice.home().parley("ping", "bob", "--until-direct", "--timeout", "60s").succeeds();
      alice.control().awaitPath("bob", PathKind.PATH_KIND_DIRECT);
      bob.control().awaitPath("alice", PathKind.PATH_KIND_DIRECT);
      return this;
    }

    /** Lets alice reach a program of bob's. */
    void listen(String service, String target) {
      bob.home().parley("listen", service, "--to", target, "--allow", "alice").succeeds();
    }

    /** Lets programs of alice's reach it at a local address. */
    void forward(String service, String local) {
      alice.home().parley("forward", "bob/" + service, local).succeeds();
    }

    /** Starts `parley pipe` at alice's between these files. */
    Running pipe(String service, String in, String out) {
      return alice
          .home()
          .launchIn(
              hosts.stage.directory(),
              "pipe",
              hosts.stage.distribution().parley()
                  + " pipe bob/"
                  + service
                  + " < "
                  + in
                  + " > "
                  + out);
    }

    void pin(PathKind kind) {
      alice.control().pin("bob", kind);
      bob.control().pin("alice", kind);
    }
  }

  static boolean possible() {
    boolean root = "root".equals(System.getProperty("user.name"));
    if (!root) {
      System.err.println("left out: the laboratory takes root");
    }
    return root;
  }

  /** Joined by a veth pair: as fast as the machine is. */
  static TwoHosts cabled(Stage stage) {
    Lab lab = stage.closeLater(Lab.open());
    Namespace here = lab.host("here");
    Namespace there = lab.host("there");
    lab.cable(here, "10.9.0.1/24", there, "10.9.0.2/24");
    return new TwoHosts(
        stage, host(stage, "alice", here, "10.9.0.1"), host(stage, "bob", there, "10.9.0.2"));
  }

  /** Each at the end of such a line. */
  static TwoHosts over(Stage stage, Internet internet) {
    Site here = internet.host("here");
    Site there = internet.host("there");
    return new TwoHosts(
        stage,
        host(stage, "alice", here.host(), here.publicAddress()),
        host(stage, "bob", there.host(), there.publicAddress()));
  }

  static TwoHosts over(Stage stage, Line line) {
    return over(stage, Internet.over(stage.closeLater(Lab.open()), line));
  }

  private static Host host(Stage stage, String name, Namespace namespace, String address) {
    return new Host(namespace, address, stage.home(name).under(namespace.command()));
  }

  /** A relay at a site of its own, whose answers leave it no faster than this. */
  static RelayProcess slowRelay(Stage stage, Internet internet, String rate) {
    Site site = internet.host("relay");
    String limit = "tc qdisc add dev wan root tbf rate " + rate + " burst 16kb limit 64kb";
    site.host().run(limit.split(" ", -1));
    return RelayProcess.start(
        stage.home("relay").under(site.host().command()), site.publicAddress() + ":" + RELAY_PORT);
  }

  /** Starts daemons with these options, and introduces them. */
  Pair daemons(String... options) {
    List<String> arguments = new java.util.ArrayList<>(List.of("--listen", "0.0.0.0:0"));
    arguments.addAll(List.of(options));
    Daemon alice = here.home().startWith(arguments.toArray(String[]::new));
    there.home().config("[files]\naccept_from = [\"alice\"]\naccept_max_bytes = 100_000_000_000\n");
    Daemon bob = there.home().startWith(arguments.toArray(String[]::new));
    Daemon.introduce(alice, bob);
    return new Pair(this, alice, bob);
  }
}
