package dev.parley.cli.demo;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.text.Plain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of the demo. One thread of its own reads what it prints. */
final class Actor {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final int KILLED_WITHIN_SECONDS = 5;

  /** In the queue: the process prints no more. */
  private static final String END = "\u0000end";

  private final String name;
  private final Process process;
  private final Path log;
  private final LinkedBlockingQueue<String> printed = new LinkedBlockingQueue<>();
  private volatile String ready = "";

  private Actor(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static Actor start(Stage stage, String name, Path parleyd, List<String> arguments)
      throws CommandFailure {
    List<String> command = new ArrayList<>();
    command.add(parleyd.toString());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectError(ProcessBuilder.Redirect.appendTo(stage.log(name).toFile()));
    builder.environment().put("PARLEY_HOME", stage.home(name).toString());
    // The demo's keys live for seconds: no need to ask for the user's passphrase.
    builder.environment().remove("PARLEY_PASSPHRASE");
    try {
      Actor actor = new Actor(name, builder.start(), stage.log(name));
      Thread reader = new Thread(actor::read, "parley-demo-" + name);
      reader.setDaemon(true);
      reader.start();
      return actor;
    } catch (IOException e) {
      throw CommandFailure.of("cannot start " + parleyd + ": " + e.getMessage(), "");
    }
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        printed.add(line);
      }
      printed.add(END);
    } catch (IOException e) {
      // A pipe that breaks says the same as one that ends.
      printed.add(END);
    }
  }

  /** Waits for the line that begins so; {@link #ready} is the rest of it. */
  void awaitReady(String prefix) throws CommandFailure, InterruptedException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (true) {
      String line = printed.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw CommandFailure.timedOut(
            name + " was not ready within " + READY_WITHIN.toSeconds() + " s", "");
      }
      if (line.equals(END)) {
        throw CommandFailure.of(name + " ended with status " + process.waitFor() + lastWords(), "");
      }
      if (line.startsWith(prefix)) {
        ready = line.substring(prefix.length()).strip();
        return;
      }
    }
  }

  private String lastWords() {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .filter(line -> !line.isBlank())
          .reduce((earlier, later) -> later)
          .map(line -> ": " + Plain.line(line))
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return " (its log cannot be read: " + e.getMessage() + ")";
    }
  }

  String ready() {
    return ready;
  }

  /** As `kill -9` does; returns when the process is gone. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(KILLED_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
