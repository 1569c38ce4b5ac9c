package dev.parley.cli.client;

import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.NodeStatus;
import dev.parley.proto.home.NodeHome;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A daemon started in the background, from its start until it can serve. */
public final class DaemonProcess {
  private static final Duration POLL = Duration.ofMillis(30);
  private static final int SHOWN_LOG_LINES = 12;
  private static final int MAX_LOG_BYTES = 16 * 1024;

  private final NodeHome home;
  private final Process process;
  private final long logBefore;

  private DaemonProcess(NodeHome home, Process process, long logBefore) {
    this.home = home;
    this.process = process;
    this.logBefore = logBefore;
  }

  /** The status of the daemon that serves this home now, or empty when none does. */
  public static Optional<NodeStatus> running(NodeHome home) throws CommandFailure {
    if (!Files.exists(home.socket())) {
      return Optional.empty();
    }
    try (DaemonConnection daemon = DaemonConnection.open(home)) {
      return Optional.of(
          daemon.call(() -> daemon.node().getStatus(GetStatusRequest.getDefaultInstance())));
    } catch (CommandFailure e) {
      if (e.exitCode() == ExitCode.NOT_RUNNING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Starts parleyd so that neither the end of the terminal nor its Ctrl-C reaches it. */
  public static DaemonProcess start(NodeHome home, Path parleyd, List<String> arguments)
      throws CommandFailure {
    List<String> command = new ArrayList<>(detached());
    command.add(parleyd.toString());
    command.addAll(arguments);
    try {
      makeOwnersAlone(home.data());
      File log = home.logFile().toFile();
      long before = log.length();
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(nothing()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
              .redirectError(ProcessBuilder.Redirect.appendTo(log))
              .start();
      return new DaemonProcess(home, process, before);
    } catch (IOException e) {
      throw CommandFailure.of(
          "cannot start the daemon: " + e.getMessage(),
          "is " + home.data() + " writable, and " + parleyd + " there?");
    }
  }

  /** The log names peers and addresses. The XDG specification asks for this mode too. */
  private static void makeOwnersAlone(Path directory) throws IOException {
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    Files.createDirectories(
        directory,
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0]);
  }

  private static List<String> detached() {
    for (String directory :
        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, "setsid"))) {
        return List.of(Path.of(directory, "setsid").toString());
      }
    }
    // macOS has none. A signal that is ignored when Java starts stays ignored.
    return File.separatorChar == '/'
        ? List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "parleyd")
        : List.of();
  }

  private static File nothing() {
    return new File(File.separatorChar == '/' ? "/dev/null" : "NUL");
  }

  /** Waits until the daemon answers. Tells the end of its log when it ends instead. */
  public NodeStatus awaitReady(Duration patience) throws CommandFailure, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      boolean ended = process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
      Optional<NodeStatus> status = running(home);
      // With two `up` at the same time, the loser finds the winner's daemon.
      if (status.isPresent()) {
        return status.get();
      }
      if (ended) {
        throw CommandFailure.of(
            "the daemon ended with status " + process.exitValue() + endOfLog(),
            "all of its log is in " + home.logFile());
      }
      // A salvage reads and writes all of the database, and must not be broken off for that.
      if (System.nanoTime() > deadline && Files.notExists(salvage())) {
        process.destroy();
        throw CommandFailure.timedOut(
            "the daemon was not ready within " + patience.toSeconds() + " s" + endOfLog(),
            "all of its log is in " + home.logFile());
      }
    }
  }

  /** There while the daemon makes a new database of a damaged one. */
  private Path salvage() {
    return home.database().resolveSibling(home.database().getFileName() + ".salvage-part");
  }

  private String endOfLog() {
    try (var log = Files.newByteChannel(home.logFile())) {
      log.position(Math.max(Math.min(logBefore, log.size()), log.size() - MAX_LOG_BYTES));
      var bytes = java.nio.ByteBuffer.allocate(MAX_LOG_BYTES);
      while (bytes.hasRemaining() && log.read(bytes) >= 0) {}
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      List<String> lines = text.strip().lines().toList();
      if (lines.isEmpty()) {
        return " and logged nothing";
      }
      List<String> shown = lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size());
      return ". Its last words:\n  | " + String.join("\n  | ", shown);
    } catch (IOException e) {
      return " (and its log cannot be read: " + e.getMessage() + ")";
    }
  }
}
