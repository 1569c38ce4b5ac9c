package dev.parley.it.dht;

import dev.parley.it.process.Distribution;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A DHT of others, in a process that obeys lines: see {@code swarm.mjs}. */
final class Swarm implements AutoCloseable {
  private static final Path SCRIPTS =
      Distribution.root().resolve("integration-tests").resolve("src/test/dht");

  /** Whose it is. */
  enum Kind {
    BITTORRENT_DHT(
        21,
        "the packages of bittorrent-dht; npm ci --prefix integration-tests/src/test/dht",
        List.of("node", SCRIPTS.resolve("swarm.mjs").toString()),
        List.of("node", "-e", "require.resolve('" + SCRIPTS + "/node_modules/bittorrent-dht')")),
    LIBTORRENT(
        6,
        "libtorrent for Python; apt install python3-libtorrent",
        List.of("/usr/bin/python3", "-W", "ignore", SCRIPTS.resolve("swarm.py").toString()),
        List.of("/usr/bin/python3", "-c", "import libtorrent"));

    final int nodes;
    private final String missing;
    private final List<String> command;
    private final List<String> probe;

    Kind(int nodes, String missing, List<String> command, List<String> probe) {
      this.nodes = nodes;
      this.missing = missing;
      this.command = command;
      this.probe = probe;
    }

    /** Skips the test visibly where it is missing; fails it when all must run. */
    void require() throws Exception {
      if (works()) {
        return;
      }
      boolean required = !System.getProperty("runtimes.required", "true").equals("false");
      if (Boolean.getBoolean("lab.required") && required) {
        throw new IllegalStateException("needs " + missing);
      }
      System.err.println("SKIPPED " + this + " needs " + missing);
      Assumptions.abort("needs " + missing);
    }

    private boolean works() throws InterruptedException {
      try {
        Process process =
            new ProcessBuilder(probe)
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
      } catch (IOException e) {
        return false;
      }
    }
  }

  private final Process process;
  private final BufferedReader out;
  private final Writer in;
  private final int port;

  private Swarm(Process process) throws IOException {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    this.port = Integer.parseInt(Optional.ofNullable(out.readLine()).orElse("").substring(6));
  }

  /** Blocks until its nodes know each other. */
  static Swarm start(Kind kind) throws IOException {
    List<String> command = new ArrayList<>(kind.command);
    command.add(Integer.toString(kind.nodes));
    return new Swarm(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Of one of its nodes. */
  int port() {
    return port;
  }

  /** Says a line and returns the answer. */
  String ask(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
    return String.valueOf(out.readLine());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
