package dev.parley.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.faults.agent.FaultPoint;
import dev.parley.it.faults.agent.Orders;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Result;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A process that faults befall. */
final class Victim {
  /** For lives of seconds: a heap that need not grow first, and only what is hot is compiled. */
  private static final String SHORT_LIFE = "-Xms64m -Xmn40m -XX:CompileThresholdScaling=4";

  private final Home home;
  private final Path file;
  private final Supplier<Running> process;
  private final Runnable restart;
  private final List<String> program;
  private final Map<FaultPoint, Integer> passedBefore = new EnumMap<>(FaultPoint.class);
  private Orders orders = Orders.NONE;

  private Victim(
      Home home, Path file, Supplier<Running> process, Runnable restart, List<String> program) {
    this.home = home;
    this.file = file;
    this.process = process;
    this.restart = restart;
    this.program = program;
  }

  /** Has the programs of this home started with the agent from now on. */
  static Home prepare(Stage stage, Home home, Path agent) {
    return home.with(
        "PARLEY_JAVA_OPTS", SHORT_LIFE + " -javaagent:" + agent + "=" + orders(stage, home));
  }

  private static Path orders(Stage stage, Home home) {
    return stage.directory().resolve(home.name() + ".orders");
  }

  static Victim of(Stage stage, Daemon daemon) {
    return new Victim(
        daemon.home(), orders(stage, daemon.home()), daemon::process, daemon::restart, List.of());
  }

  static Victim of(Stage stage, Home home, RelayProcess relay) {
    return new Victim(home, orders(stage, home), relay::process, relay::restart, List.of("relay"));
  }

  String name() {
    return home.name();
  }

  Home home() {
    return home;
  }

  Running process() {
    return process.get();
  }

  Orders orders() {
    return orders;
  }

  /** It obeys within some milliseconds. */
  void order(Orders fresh) {
    orders = fresh;
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      Files.writeString(next, fresh.text());
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again after its end, in any orders but to end, and waits until it can serve. */
  void restart() {
    if (process().isAlive()) {
      throw new IllegalStateException(name() + " is to be started and still runs");
    }
    passedBefore.putAll(passed());
    try {
      Files.deleteIfExists(Orders.passesOf(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    order(orders.endingNowhere());
    restart.run();
  }

  /** A start that must fail, with words. */
  void isRefused() {
    List<String> arguments = new ArrayList<>(program);
    arguments.addAll(List.of("--listen", "127.0.0.1:0"));
    Result refused = home.refused(arguments.toArray(String[]::new)).exits(1);
    assertThat(refused.err()).contains(home.directory().toString());
  }

  /** How often it has passed the points, in all its lives; but for the last moments of each. */
  Map<FaultPoint, Integer> passed() {
    Map<FaultPoint, Integer> passed = new EnumMap<>(FaultPoint.class);
    passed.putAll(passedBefore);
    try {
      Path passes = Orders.passesOf(file);
      if (Files.exists(passes)) {
        Files.readString(passes)
            .lines()
            .map(line -> line.split("=", 2))
            .forEach(
                pair ->
                    passed.merge(
                        FaultPoint.valueOf(pair[0]), Integer.parseInt(pair[1]), Integer::sum));
      }
      return passed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
