package dev.parley.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Debian's coturn on the core of a laboratory's internet, with two addresses and two ports, as RFC
 * 5780 wants them. Serves STUN alone, and ends with the laboratory.
 */
public final class Coturn {
  private static final Path TURNSERVER = Path.of("/usr/bin/turnserver");
  private static final int PORT = 3478;
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);

  private Coturn() {}

  /** Skips the test where there is none; with {@code -Dlab.required=true} it fails. */
  public static void require() {
    boolean there = Files.isExecutable(TURNSERVER);
    String reason = "coturn is missing; apt install coturn";
    if (Boolean.getBoolean("lab.required")) {
      Assertions.assertTrue(there, reason);
    } else if (!there) {
      System.err.println("SKIPPED: " + reason);
    }
    Assumptions.assumeTrue(there, reason);
  }

  /** Starts it and waits until it serves; HOST:PORT of its first address. */
  public static String start(Internet internet, Path directory) {
    Namespace core = internet.core();
    List<String> command = new ArrayList<>(core.command());
    command.addAll(
        List.of(
            TURNSERVER.toString(),
            "-n",
            "--stun-only",
            "--no-cli",
            "--no-tls",
            "--no-dtls",
            "--no-tcp",
            "--listening-ip=" + Internet.CORE,
            "--listening-ip=" + Internet.CORE_TOO,
            "--listening-port=" + PORT,
            "--alt-listening-port=" + (PORT + 1),
            "--log-file=stdout",
            "--simple-log",
            "--pidfile=" + directory.resolve("coturn.pid"),
            "--userdb=" + directory.resolve("coturn.db")));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("logs/coturn.log").toFile())
              .start();
      Awaitility.await("coturn serves")
          .atMost(READY_WITHIN)
          .until(() -> !process.isAlive() || isBound(core));
      if (!process.isAlive()) {
        throw new IllegalStateException("coturn ended with status " + process.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Internet.CORE + ":" + PORT;
  }

  /** All four sockets, as the kernel lists them: hexadecimal ports. */
  private static boolean isBound(Namespace core) {
    String sockets = core.run("cat", "/proc/net/udp");
    return sockets.split(":0D96 ", -1).length > 2 && sockets.split(":0D97 ", -1).length > 2;
  }
}
