package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.text.Json;
import dev.parley.control.v1.ShutdownRequest;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;

/** Stops the daemon. */
@CommandLine.Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stop the daemon and wait until it is gone.")
final class DownCommand implements Command {
  private static final int GONE_WITHIN_SECONDS = 30;

  private final Session session;

  DownCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    long pid;
    try (DaemonConnection daemon = session.connect()) {
      pid =
          daemon.call(() -> daemon.node().shutdown(ShutdownRequest.getDefaultInstance())).getPid();
    }
    awaitEnd(pid);
    if (session.json()) {
      session.print(new Json().put("pid", pid));
    } else {
      session.print("parleyd (process " + pid + ") has ended");
    }
    return ExitCode.OK;
  }

  private static void awaitEnd(long pid) throws CommandFailure, InterruptedException {
    var process = ProcessHandle.of(pid);
    if (process.isEmpty()) {
      return;
    }
    try {
      process.get().onExit().get(GONE_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw CommandFailure.timedOut(
          "the daemon (process " + pid + ") was asked to end and still runs",
          "look into its log; `kill " + pid + "` asks again");
    } catch (ExecutionException e) {
      throw CommandFailure.of("cannot watch process " + pid + ": " + e.getCause(), "");
    }
  }
}
