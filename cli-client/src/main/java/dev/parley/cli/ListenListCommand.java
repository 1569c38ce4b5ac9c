package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.ExposedService;
import dev.parley.control.v1.ListForwardsRequest;
import java.util.List;
import picocli.CommandLine;

/** Lists what peers may reach. */
@CommandLine.Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    description = "List the services of this machine, by name.")
final class ListenListCommand implements Command {
  private final Session session;

  ListenListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    List<ExposedService> services;
    try (DaemonConnection daemon = session.connect()) {
      services =
          daemon
              .call(() -> daemon.forwards().listForwards(ListForwardsRequest.getDefaultInstance()))
              .getServicesList();
    }
    if (session.json()) {
      services.forEach(service -> session.print(ShownForwards.json(service)));
    } else if (services.isEmpty()) {
      session.remark("no services yet: `parley listen SERVICE --to ADDRESS --allow NAME` adds one");
    } else {
      session.print(ShownForwards.services(services).show(session.style()).stripTrailing());
    }
    return ExitCode.OK;
  }
}
