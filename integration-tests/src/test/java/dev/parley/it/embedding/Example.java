package dev.parley.it.embedding;

import dev.parley.it.process.Distribution;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A bot, and what it takes to run it. */
enum Example {
  IN_PROCESS("InProcessBot.java") {
    @Override
    Optional<String> missing() {
      return tool("javac") ? Optional.empty() : Optional.of("javac; this Java is no JDK");
    }
  },
  SOCKET("SocketBot.java") {
    @Override
    Optional<String> missing() {
      return IN_PROCESS.missing();
    }
  },
  NODE_JS("bot.js") {
    @Override
    Optional<String> missing() {
      if (!works("node", "--version")) {
        return Optional.of("Node.js; apt install nodejs npm");
      }
      return works(
              "node", "-e", "require('" + EXAMPLES.resolve("node_modules/@grpc/grpc-js") + "')")
          ? Optional.empty()
          : Optional.of("the bot's packages; npm ci --prefix docs/examples");
    }
  },
  PYTHON("bot.py") {
    @Override
    Optional<String> missing() {
      if (python().isEmpty()) {
        return Optional.of("gRPC for Python; apt install python3-grpcio python3-protobuf");
      }
      return works("protoc", "--version") && Files.isExecutable(PLUGIN)
          ? Optional.empty()
          : Optional.of(
              "what makes Python of .proto files; apt install protobuf-compiler"
                  + " protobuf-compiler-grpc");
    }

    /** Several Pythons may be installed, and the first need not be the one that has gRPC. */
    @Override
    String adapted(String command) {
      return command.replace(" python3 ", " " + python().orElseThrow() + " ");
    }
  };

  private static final Path EXAMPLES = Distribution.root().resolve("docs").resolve("examples");
  private static final Path PLUGIN = Path.of("/usr/bin/grpc_python_plugin");

  private final String file;

  Example(String file) {
    this.file = file;
  }

  String file() {
    return file;
  }

  /** What this machine lacks, and how to get it. */
  abstract Optional<String> missing();

  /** A command of the page, as it has to be on this machine. */
  String adapted(String command) {
    return command;
  }

  /** Skips the test visibly where something is missing; fails it when all must run. */
  void require() {
    Optional<String> missing = missing();
    if (missing.isEmpty()) {
      return;
    }
    String reason = file + " needs " + missing.get();
    boolean required = !System.getProperty("runtimes.required", "true").equals("false");
    if (Boolean.getBoolean("lab.required") && required) {
      throw new IllegalStateException(
          reason + " (and -Dlab.required=true, without -Druntimes.required=false)");
    }
    System.err.println("SKIPPED " + reason);
    Assumptions.abort(reason);
  }

  private static boolean tool(String name) {
    return Files.isExecutable(Path.of(System.getProperty("java.home"), "bin", name));
  }

  private static Optional<String> python() {
    return List.of("/usr/bin/python3", "python3").stream()
        .filter(python -> works(python, "-c", "import grpc, google.protobuf"))
        .findFirst();
  }

  private static boolean works(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(new File("/dev/null"))
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command[0] + " ran", e);
    }
  }
}
