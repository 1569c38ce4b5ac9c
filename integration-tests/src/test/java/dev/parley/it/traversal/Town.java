package dev.parley.it.traversal;

import dev.parley.it.lab.Internet;
import dev.parley.it.lab.Lab;
import dev.parley.it.lab.Site;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An internet with a relay, in which daemons are started; gone when the stage is. */
final class Town {
  static final Duration ROUND_TRIP = Duration.ofMillis(40);

  /** Where every relay listens. */
  static final int RELAY_PORT = 7800;

  /** What is measured here is found by relays and STUN alone. */
  private static final String ALONE = "lan = \"off\"\n";

  /** Starting takes processor time; two for each core keep it busy. */
  private static final int STARTS_AT_ONCE = 4;

  private final Stage stage;
  private final Internet internet;
  private final Site relaySite;
  private final RelayProcess relay;
  private @Nullable String secondStun;

  private Town(Stage stage, Internet internet, Site relaySite, RelayProcess relay) {
    this.stage = stage;
    this.internet = internet;
    this.relaySite = relaySite;
    this.relay = relay;
  }

  /** Any two hosts are 40 ms apart, there and back. */
  static Town build(Stage stage) {
    return build(stage, Site::publicAddress);
  }

  /** One whose relay is reached by IPv6. */
  static Town build6(Stage stage) {
    return build(stage, site -> "[" + site.publicAddress6() + "]");
  }

  private static Town build(Stage stage, Function<Site, String> relayAddress) {
    // The daemons end after the laboratory, and would be killed by its end all the same.
    Lab lab = stage.closeLater(Lab.open());
    Internet internet = Internet.withRoundTrip(lab, ROUND_TRIP);
    Site site = internet.host("relay");
    RelayProcess relay =
        RelayProcess.start(
            stage.home("relay").under(site.host().command()),
            relayAddress.apply(site) + ":" + RELAY_PORT);
    return new Town(stage, internet, site, relay);
  }

  Internet internet() {
    return internet;
  }

  Site relaySite() {
    return relaySite;
  }

  RelayProcess relay() {
    return relay;
  }

  /** One more relay, on a host of its own. */
  RelayProcess anotherRelay(String name) {
    Site site = internet.host(name);
    return RelayProcess.start(
        stage.home(name).under(site.host().command()), site.publicAddress() + ":" + RELAY_PORT);
  }

  /**
   * Gives every daemon from now on a second STUN server, which is another relay that nobody uses:
   * with one alone nobody can tell how a NAT maps.
   */
  Town withSecondStun() {
    secondStun = anotherRelay("stun").address();
    return this;
  }

  /** Starts a daemon on the host of a site and waits until its relay is connected. */
  Daemon daemon(String name, List<String> host, String... options) {
    return daemon(name, host, List.of(relay), options);
  }

  Daemon daemon(String name, Site site, String... options) {
    return daemon(name, site.host().command(), options);
  }

  /** One that asks its gateway for a port. */
  Daemon mappingDaemon(String name, Site site) {
    stage.home(name).config("port_mapping = true\n" + ALONE);
    return daemon(name, site);
  }

  /** Starts one that knows these relays, and waits until one of them is connected. */
  Daemon daemon(String name, List<String> host, List<RelayProcess> relays, String... options) {
    List<String> arguments = new ArrayList<>(List.of("--listen", "0.0.0.0:0"));
    relays.forEach(known -> arguments.addAll(List.of("--relay", known.url())));
    arguments.addAll(List.of(options));
    if (secondStun != null) {
      arguments.addAll(List.of("--stun", secondStun));
    }
    Daemon daemon =
        stage
            .home(name)
            .configUnlessThere(ALONE)
            .under(host)
            .startWith(arguments.toArray(String[]::new));
    daemon.control().awaitRelay();
    return daemon;
  }

  /** Does all of this, some of it at a time. */
  static <T> List<T> together(List<Supplier<T>> tasks) {
    ExecutorService pool = Executors.newFixedThreadPool(STARTS_AT_ONCE);
    try {
      List<Future<T>> futures = new ArrayList<>();
      tasks.forEach(task -> futures.add(pool.submit(task::get)));
      List<T> done = new ArrayList<>();
      for (Future<T> future : futures) {
        done.add(future.get());
      }
      return done;
    } catch (Exception e) {
      throw new AssertionError("could not be done: " + e, e);
    } finally {
      pool.shutdownNow();
    }
  }
}
