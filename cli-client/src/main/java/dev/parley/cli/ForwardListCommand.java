package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.Forward;
import dev.parley.control.v1.ListForwardsRequest;
import java.util.List;
import picocli.CommandLine;

/** Lists the forwards. */
@CommandLine.Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    description = "List the forwards, by id.")
final class ForwardListCommand implements Command {
  private final Session session;

  ForwardListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    List<Forward> forwards;
    try (DaemonConnection daemon = session.connect()) {
      forwards =
          daemon
              .call(() -> daemon.forwards().listForwards(ListForwardsRequest.getDefaultInstance()))
              .getForwardsList();
    }
    if (session.json()) {
      forwards.forEach(forward -> session.print(ShownForwards.json(forward)));
    } else if (forwards.isEmpty()) {
      session.remark("no forwards yet: `parley forward PEER/SERVICE LOCAL` adds one");
    } else {
      session.print(ShownForwards.forwards(forwards).show(session.style()).stripTrailing());
    }
    return ExitCode.OK;
  }
}
