package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.Forward;
import dev.parley.control.v1.RemoveForwardRequest;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Ends a forward. */
@CommandLine.Command(
    name = "close",
    mixinStandardHelpOptions = true,
    description = "Listen at a local address no more; connections that stand go on.")
final class ForwardCloseCommand implements Command {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "LOCAL",
      description = "Where it listens, or its id, as `parley forward ls` shows them.")
  private String forward = "";

  ForwardCloseCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    RemoveForwardRequest request =
        RemoveForwardRequest.newBuilder().setForward(LocalAddress.absolute(forward)).build();
    Forward removed;
    try (DaemonConnection daemon = session.connect()) {
      removed = daemon.call(() -> daemon.forwards().removeForward(request));
    }
    if (session.json()) {
      session.print(ShownForwards.json(removed));
    } else {
      session.print(
          removed.getLocal() + " does not lead to " + ShownForwards.name(removed) + " any more");
    }
    return ExitCode.OK;
  }
}
