package dev.parley.cli.demo;

import dev.parley.cli.client.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The temporary directory and the processes of a demo; clears all of it away, also after Ctrl-C.
 * Thread-safe.
 */
final class Stage implements AutoCloseable {
  private final Path parleyd;
  private final Path directory;
  private final List<Actor> actors = new CopyOnWriteArrayList<>();
  private final Thread atExit = new Thread(this::interrupted, "parley-demo-clear");
  private volatile boolean keepFiles;
  private volatile boolean interrupted;

  private Stage(Path parleyd, Path directory) {
    this.parleyd = parleyd;
    this.directory = directory;
  }

  static Stage open(Path parleyd) throws CommandFailure {
    try {
      Stage stage = new Stage(parleyd, Files.createTempDirectory("parley-demo-"));
      Runtime.getRuntime().addShutdownHook(stage.atExit);
      return stage;
    } catch (IOException e) {
      throw CommandFailure.of(
          "cannot make a temporary directory: " + e.getMessage(), "is there room in it?");
    }
  }

  Path directory() {
    return directory;
  }

  /** Starts a process of the demo; its log is NAME.log in the directory. */
  Actor start(String name, String readyPrefix, List<String> arguments)
      throws CommandFailure, InterruptedException {
    Actor actor = Actor.start(this, name, parleyd, arguments);
    actors.add(actor);
    actor.awaitReady(readyPrefix);
    return actor;
  }

  Path home(String name) {
    return directory.resolve(name);
  }

  Path log(String name) {
    return directory.resolve(name + ".log");
  }

  /** The files stay for the user to look into. */
  void keepFiles() {
    keepFiles = true;
  }

  /** Ctrl-C, or a signal like it: what fails from now on, fails because of that. */
  boolean isInterrupted() {
    return interrupted;
  }

  private void interrupted() {
    interrupted = true;
    clear();
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending already: the hook runs, and finds nothing left to do.
      return;
    }
  }

  private void clear() {
    actors.forEach(Actor::kill);
    if (keepFiles || !Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      System.err.println("parley: cannot remove " + directory + ": " + e.getMessage());
    }
  }
}
