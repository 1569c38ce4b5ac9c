package dev.parley.it.lab;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small Java program of the laboratory that runs on one of its hosts, until the host is gone. */
final class JavaTool {
  private final String name;
  private final BufferedReader out;

  private JavaTool(String name, BufferedReader out) {
    this.name = name;
    this.out = out;
  }

  static JavaTool start(Namespace host, Class<?> program, List<String> arguments) {
    List<String> command = new ArrayList<>(host.command());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-Xshare:auto"));
    // With what the tests are run with: some of these programs need Netty.
    command.addAll(
        List.of(
            "-cp",
            classes(program) + File.pathSeparator + System.getProperty("java.class.path"),
            program.getName()));
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new JavaTool(
          program.getSimpleName() + " on " + host.name(),
          process.inputReader(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classes(Class<?> program) {
    return Path.of(program.getProtectionDomain().getCodeSource().getLocation().getPath())
        .toString();
  }

  /** The next line that it prints. */
  String line() {
    try {
      String line = out.readLine();
      if (line == null) {
        throw new IllegalStateException(name + " ended without a word");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
