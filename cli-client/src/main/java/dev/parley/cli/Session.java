package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Style;
import dev.parley.proto.home.NodeHome;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Map;

/** What a run of the program has around it: streams, environment, and how to print. */
final class Session {
  private final Map<String, String> environment;
  private final Terminal terminal;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private boolean json;

  /**
   * What is at the other end of standard output.
   *
   * @param columns its width, 0 when unknown
   */
  record Terminal(boolean present, int columns) {
    /** As the launcher saw it: Java could tell only by loading more than most commands do. */
    static Terminal ofLauncher() {
      return new Terminal(
          Boolean.getBoolean("parley.terminal"), Integer.getInteger("parley.columns", 0));
    }
  }

  Session(
      Map<String, String> environment,
      Terminal terminal,
      InputStream in,
      PrintStream out,
      PrintStream err) {
    this.environment = environment;
    this.terminal = terminal;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** A variable of the environment; empty where it is not set. */
  String environment(String variable) {
    return environment.getOrDefault(variable, "");
  }

  NodeHome home() {
    return NodeHome.from(environment);
  }

  DaemonConnection connect() throws CommandFailure {
    return DaemonConnection.open(home());
  }

  /** The program of the daemon: beside the launcher that started this one. */
  Path parleyd() throws CommandFailure {
    String bin = System.getProperty("parley.bin", "");
    if (bin.isEmpty()) {
      throw CommandFailure.of(
          "cannot tell where parleyd is", "start parley by its launcher, bin/parley");
    }
    return Path.of(bin).resolve("parleyd");
  }

  Terminal terminal() {
    return terminal;
  }

  Style style() {
    return Style.of(terminal.present(), environment);
  }

  InputStream in() {
    return in;
  }

  /** Standard input as it is: a thread that reads it can be interrupted. */
  @SuppressWarnings("resource") // The process's own, which it ends with.
  ReadableByteChannel rawIn() {
    return in == System.in
        ? new FileInputStream(FileDescriptor.in).getChannel()
        : Channels.newChannel(in);
  }

  /** Standard output as it is, for bytes that are nobody's text. */
  @SuppressWarnings("resource")
  WritableByteChannel rawOut() {
    return in == System.in
        ? new FileOutputStream(FileDescriptor.out).getChannel()
        : Channels.newChannel(out);
  }

  boolean json() {
    return json;
  }

  void json(boolean wanted) {
    json = wanted;
  }

  void print(String line) {
    out.println(line);
  }

  void print(Json object) {
    out.println(object);
  }

  /** Without ending the line, on the terminal. */
  void draw(String text) {
    out.print(text);
    out.flush();
  }

  /** Whether all that was printed has been taken: false when the reader has gone. */
  boolean flush() {
    return !out.checkError();
  }

  /** A remark for a person, beside the results. */
  void remark(String line) {
    err.println(line);
  }

  /** One object on stderr with --json, a sentence and a hint otherwise. */
  void print(CommandFailure failure) {
    out.flush();
    if (json) {
      err.println(
          new Json()
              .put("error", failure.word())
              .put("message", failure.sentence())
              .put("hint", failure.hint()));
    } else {
      Style style = Style.of(terminal.present(), environment);
      err.println(style.bad("parley:") + " " + failure.sentence());
      if (!failure.hint().isEmpty()) {
        err.println(style.dim("  hint: " + failure.hint()));
      }
    }
    err.flush();
  }
}
