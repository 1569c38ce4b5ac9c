package dev.parley.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs ip, nft and their like. */
final class Commands {
  private static final int ENDED_WITHIN_SECONDS = 30;

  private Commands() {}

  /** Runs it and returns what it printed; a failure is an error. */
  static String run(List<String> command) {
    return feed("", command);
  }

  /** The same, with this on its standard input. */
  static String feed(String input, List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(ENDED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " does not end");
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(command + " failed: " + printed.strip());
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command + " ran", e);
    }
  }
}
