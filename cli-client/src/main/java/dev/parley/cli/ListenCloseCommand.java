package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.ExposedService;
import dev.parley.control.v1.RemoveServiceRequest;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Ends a service. */
@CommandLine.Command(
    name = "close",
    mixinStandardHelpOptions = true,
    description = "Let peers reach a service no more; connections that stand go on.")
final class ListenCloseCommand implements Command {
  private final Session session;

  @Parameters(index = "0", paramLabel = "SERVICE", description = "Its name.")
  private String service = "";

  ListenCloseCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    RemoveServiceRequest request = RemoveServiceRequest.newBuilder().setService(service).build();
    ExposedService removed;
    try (DaemonConnection daemon = session.connect()) {
      removed = daemon.call(() -> daemon.forwards().removeService(request));
    }
    if (session.json()) {
      session.print(ShownForwards.json(removed));
    } else {
      session.print(removed.getService() + " is served no more");
    }
    return ExitCode.OK;
  }
}
