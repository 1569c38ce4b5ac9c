package dev.parley.it.process;

import dev.parley.proto.home.NodeHome;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A PARLEY_HOME, and the programs that run on it. */
public final class Home {
  private final Stage stage;
  private final String name;
  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private List<String> prefix = List.of();

  Home(Stage stage, String name, Path directory) {
    this.stage = stage;
    this.name = name;
    this.directory = directory;
    environment.put("PARLEY_HOME", directory.toString());
  }

  public String name() {
    return name;
  }

  public Path directory() {
    return directory;
  }

  public NodeHome places() {
    return NodeHome.in(directory);
  }

  /** Lets the programs started from now on have this in their environment. */
  public Home with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public Home without(String variable) {
    environment.remove(variable);
    return this;
  }

  /**
   * Lets the programs started from now on run under this command, such as {@code ip netns exec}.
   */
  public Home under(List<String> command) {
    prefix = List.copyOf(command);
    return this;
  }

  /** Writes config.toml. */
  public Home config(String toml) {
    try {
      Files.createDirectories(directory);
      Files.writeString(places().configFile(), toml);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, unless there is one. */
  public Home configUnlessThere(String toml) {
    return Files.exists(places().configFile()) ? this : config(toml);
  }

  /** Starts a daemon on any free port of the loopback and waits until it can serve. */
  public Daemon start(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--listen", "127.0.0.1:0"));
    all.addAll(List.of(arguments));
    return startWith(all.toArray(String[]::new));
  }

  /** Starts a daemon with these arguments alone and waits until it can serve. */
  public Daemon startWith(String... arguments) {
    return Daemon.ready(this, List.of(arguments));
  }

  /** Starts parleyd and waits for nothing. */
  public Running launch(String... arguments) {
    return launch(name, stage.distribution().parleyd(), nothing(), List.of(arguments));
  }

  /** Runs a parleyd that is expected to refuse to serve. */
  public Result refused(String... arguments) {
    return result("parleyd", launch(arguments), List.of(arguments));
  }

  /** Starts a command and waits for nothing. */
  public Running launchParley(String... arguments) {
    return launch(
        name + "-" + arguments[0], stage.distribution().parley(), nothing(), List.of(arguments));
  }

  /** Starts any other program on this home, from a directory, and waits for nothing. */
  public Running launchIn(Path directory, String logName, String command) {
    // Replaced by the program: what is killed is not a shell that stands before it.
    String line = "cd '" + directory + "' && exec env " + command;
    List<String> all = new ArrayList<>(prefix);
    all.addAll(List.of("bash", "-c", line));
    return stage.start(name + "-" + logName, all, environment, nothing());
  }

  /** Runs a command to its end. */
  public Result parley(String... arguments) {
    return result("parley", launchParley(arguments), List.of(arguments));
  }

  /** Runs a command to its end, with this on its standard input. */
  public Result parleyReading(byte[] input, String... arguments) {
    try {
      Path file = Files.write(Files.createTempFile(stage.directory(), "in", ""), input);
      Running running =
          launch(
              name + "-" + arguments[0],
              stage.distribution().parley(),
              file.toFile(),
              List.of(arguments));
      return result("parley", running, List.of(arguments));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void closeLater(AutoCloseable resource) {
    stage.closeLater(resource);
  }

  private Running launch(String logName, Path program, File input, List<String> arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(program.toString());
    command.addAll(arguments);
    return stage.start(logName, command, environment, input);
  }

  private static Result result(String program, Running running, List<String> arguments) {
    int exit = running.awaitEnd();
    String command = program + " " + String.join(" ", arguments);
    return new Result(command, exit, running.out(), running.err());
  }

  private static File nothing() {
    return new File("/dev/null");
  }

  @Override
  public String toString() {
    return name;
  }
}
