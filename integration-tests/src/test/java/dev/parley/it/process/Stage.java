package dev.parley.it.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All processes and files of one test. */
public final class Stage {
  private final Distribution distribution;
  private final Path directory;
  private final List<Running> running = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> resources = new ArrayList<>();
  private final Map<String, Integer> starts = new HashMap<>();
  private final Thread atExit = new Thread(this::endAll, "stage-end");
  private @Nullable Path keepIn;

  private Stage(Distribution distribution, Path directory) {
    this.distribution = distribution;
    this.directory = directory;
  }

  public static Stage open(Distribution distribution) {
    try {
      // Short: a Unix socket's path has at most 103 bytes.
      Stage stage = new Stage(distribution, Files.createTempDirectory("pl"));
      Files.createDirectory(stage.logs());
      // The test's JVM may be ended while a test runs: no daemon may outlive it.
      Runtime.getRuntime().addShutdownHook(stage.atExit);
      return stage;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Distribution distribution() {
    return distribution;
  }

  /** For files of the test; gone after it. */
  public Path directory() {
    return directory;
  }

  private Path logs() {
    return directory.resolve("logs");
  }

  /** The home of a node; nothing is started. */
  public Home home(String name) {
    return new Home(this, name, directory.resolve(name));
  }

  /** A relay on any free port of the loopback. */
  public RelayProcess relay() {
    return RelayProcess.start(home("relay"), "127.0.0.1:0");
  }

  /** Closes it when the test is over, before the processes end. */
  public <T extends AutoCloseable> T closeLater(T resource) {
    resources.add(resource);
    return resource;
  }

  Running start(String name, List<String> command, Map<String, String> environment, File input) {
    Map<String, String> all = new HashMap<>(Distribution.environment());
    all.putAll(environment);
    int number = starts.merge(name, 1, Integer::sum);
    Running started = Running.start(name + "-" + number, logs(), command, all, input);
    running.add(started);
    return started;
  }

  /** Has the logs copied there at the end. */
  void keepLogs(Path where) {
    keepIn = where;
  }

  /** Ends everything, in any case. */
  public void close() throws Exception {
    Exception failure = null;
    for (int i = resources.size() - 1; i >= 0; i--) {
      try {
        resources.get(i).close();
      } catch (Exception e) {
        failure = e;
      }
    }
    endAll();
    Runtime.getRuntime().removeShutdownHook(atExit);
    if (keepIn != null) {
      copyLogs(keepIn);
    }
    clear();
    if (failure != null) {
      throw failure;
    }
  }

  private void endAll() {
    running.forEach(Running::kill);
  }

  private void copyLogs(Path where) throws IOException {
    Files.createDirectories(where);
    try (Stream<Path> logs = Files.list(logs())) {
      for (Path log : logs.toList()) {
        if (Files.size(log) > 0) {
          Files.copy(
              log,
              where.resolve(log.getFileName()),
              java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private void clear() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
