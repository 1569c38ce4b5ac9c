package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.text.Plain;
import dev.parley.control.v1.AddServiceRequest;
import dev.parley.control.v1.ExposedService;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets peers reach a local service. */
@CommandLine.Command(
    name = "listen",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[ls | close SERVICE]",
    description = "Let peers reach a service of this machine.")
final class ListenCommand implements Command {
  private static final String CONTACTS = "contacts";

  private final Session session;

  // Not required by picocli, which would ask for it before `ls`, too.
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "What peers call it; any name but ls and close.")
  private String service = "";

  @Option(
      names = "--to",
      paramLabel = "ADDRESS",
      description = "Where it is: tcp:HOST:PORT, udp:HOST:PORT or unix:PATH.")
  private String to = "";

  @Option(
      names = "--allow",
      paramLabel = "NAME",
      description =
          "Who may connect: a contact's name, a peer id, or the word contacts for all of them. May"
              + " be repeated. Nobody otherwise.")
  private List<String> allow = new ArrayList<>();

  ListenCommand(Session session) {
    this.session = session;
  }

  @CommandLine.Spec
  void spec(CommandLine.Model.CommandSpec spec) {
    if (spec.subcommands().isEmpty()) {
      spec.addSubcommand("ls", new CommandLine(new ListenListCommand(session)));
      spec.addSubcommand("close", new CommandLine(new ListenCloseCommand(session)));
    }
  }

  @Override
  public Integer call() throws CommandFailure {
    if (service.isEmpty() || to.isEmpty()) {
      throw CommandFailure.usage(
          service.isEmpty() ? "which service?" : "where is the service? --to ADDRESS tells",
          "such as `parley listen web --to tcp:127.0.0.1:8080 --allow bob`; `ls` and `close` are"
              + " commands");
    }
    AddServiceRequest request =
        AddServiceRequest.newBuilder()
            .setService(service)
            .setTarget(LocalAddress.absolute(to))
            .setAllowContacts(allow.contains(CONTACTS))
            .addAllAllow(allow.stream().filter(name -> !name.equals(CONTACTS)).toList())
            .build();
    ExposedService added;
    try (DaemonConnection daemon = session.connect()) {
      added = daemon.call(() -> daemon.forwards().addService(request));
    }
    if (session.json()) {
      session.print(ShownForwards.json(added));
    } else {
      session.print(
          Plain.line(
              added.getService()
                  + " leads to "
                  + added.getTarget()
                  + ", for "
                  + ShownForwards.allowed(added)));
      if (allow.isEmpty()) {
        session.remark(
            "nobody may connect yet: `parley listen close "
                + service
                + "`, then add --allow NAME or --allow contacts");
      }
    }
    return ExitCode.OK;
  }
}
