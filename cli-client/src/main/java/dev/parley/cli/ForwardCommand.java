package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.AddForwardRequest;
import dev.parley.control.v1.Forward;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a local address lead to a service of a peer. */
@CommandLine.Command(
    name = "forward",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[ls | close LOCAL]",
    description = "Reach a peer's service at an address of this machine.")
final class ForwardCommand implements Command {
  private final Session session;

  // Not required by picocli, which would ask for them before `ls`, too. A word with a slash in it
  // is none of the commands.
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PEER/SERVICE",
      converter = PeerService.Converter.class,
      description = "A contact's name or a peer id, and what the service is called there.")
  private @Nullable PeerService service;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "LOCAL",
      description =
          "Where to listen: [tcp:]HOST:PORT, udp:HOST:PORT or unix:PATH. Without HOST:, 127.0.0.1;"
              + " port 0 is any.")
  private String local = "";

  @Option(
      names = "--idle",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Of udp: a sender that is silent for so long is forgotten (60s).")
  private Duration idle = Duration.ofSeconds(60);

  ForwardCommand(Session session) {
    this.session = session;
  }

  @CommandLine.Spec
  void spec(CommandLine.Model.CommandSpec spec) {
    if (spec.subcommands().isEmpty()) {
      spec.addSubcommand("ls", new CommandLine(new ForwardListCommand(session)));
      spec.addSubcommand("close", new CommandLine(new ForwardCloseCommand(session)));
    }
  }

  @Override
  public Integer call() throws CommandFailure {
    PeerService wanted = service;
    if (wanted == null || local.isEmpty()) {
      throw CommandFailure.usage(
          wanted == null ? "which service?" : "where to listen?",
          "such as `parley forward bob/web 127.0.0.1:9000`; `ls` and `close` are commands");
    }
    if (idle.isZero()) {
      throw CommandFailure.usage("--idle is at least 1s", "");
    }
    AddForwardRequest request =
        AddForwardRequest.newBuilder()
            .setPeer(wanted.peer())
            .setService(wanted.service())
            .setLocal(LocalAddress.absolute(local))
            .setIdleMillis(idle.toMillis())
            .build();
    Forward added;
    try (DaemonConnection daemon = session.connect()) {
      added = daemon.call(() -> daemon.forwards().addForward(request));
    }
    if (session.json()) {
      session.print(ShownForwards.json(added));
    } else {
      session.print(added.getLocal() + " leads to " + ShownForwards.name(added));
    }
    return ExitCode.OK;
  }
}
