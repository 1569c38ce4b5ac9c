package dev.parley.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A process of a test. What it prints goes to two files beside each other: no pipe can fill. */
public final class Running {
  /** A start takes a second; on a machine that does other things, many. */
  private static final Duration READY_WITHIN = Duration.ofSeconds(180);

  private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);

  private final String name;
  private final Process process;
  private final Path out;
  private final Path err;

  private Running(String name, Process process, Path out, Path err) {
    this.name = name;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts it, its output in {@code name.out} and {@code name.err} of the directory. */
  static Running start(
      String name, Path logs, List<String> command, Map<String, String> environment, File input) {
    Path out = logs.resolve(name + ".out");
    Path err = logs.resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(input)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("PARLEY_"));
    builder.environment().putAll(environment);
    try {
      return new Running(name, builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command, e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** All of standard output so far. */
  public String out() {
    return read(out);
  }

  /** All of standard error so far: of a daemon, its log. */
  public String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line of standard output that begins so, and returns the rest of it. */
  public String awaitLine(String prefix) {
    return Awaitility.await(name + " prints '" + prefix + "'")
        .atMost(READY_WITHIN)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> line(prefix), Optional::isPresent)
        .orElseThrow();
  }

  /** Waits until its standard error has these words somewhere. */
  public void awaitError(String words) {
    Awaitility.await(name + " says '" + words + "'")
        .atMost(READY_WITHIN)
        .until(
            () -> {
              boolean ended = !process.isAlive();
              boolean said = err().contains(words);
              if (ended && !said) {
                throw new AssertionError(name + " ended with these words:\n" + err());
              }
              return said;
            });
  }

  private Optional<String> line(String prefix) {
    boolean ended = !process.isAlive();
    String text = out();
    // Whole lines only: the last one may still be on its way.
    Optional<String> found =
        text.substring(0, text.lastIndexOf('\n') + 1)
            .lines()
            .filter(line -> line.startsWith(prefix))
            .findFirst()
            .map(line -> line.substring(prefix.length()).strip());
    if (found.isEmpty() && ended) {
      throw new AssertionError(
          name + " ended with status " + process.exitValue() + " and these words:\n" + err());
    }
    return found;
  }

  /** Waits for its end by itself, and returns its exit code. */
  public int awaitEnd() {
    try {
      assertThat(process.waitFor(ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS))
          .as("%s (process %s) ended within %s; it said:\n%s", name, pid(), ENDED_WITHIN, err())
          .isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " ran", e);
    }
  }

  /** Whether it ends by itself in this time. */
  public boolean endsWithin(Duration time) {
    try {
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " ran", e);
    }
  }

  /** As {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** As {@code kill} does: asks it to end, and returns its exit code. */
  public int terminate() {
    process.destroy();
    return awaitEnd();
  }

  @Override
  public String toString() {
    return name;
  }
}
