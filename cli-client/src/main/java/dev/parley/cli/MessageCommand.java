package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import picocli.CommandLine;

/** Single messages. */
@CommandLine.Command(
    name = "message",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Look at a message.")
final class MessageCommand implements Command {
  private final Session session;

  MessageCommand(Session session) {
    this.session = session;
  }

  @CommandLine.Spec
  void spec(CommandLine.Model.CommandSpec spec) {
    if (spec.subcommands().isEmpty()) {
      spec.addSubcommand("show", new CommandLine(new MessageShowCommand(session)));
    }
  }

  @Override
  public Integer call() throws CommandFailure {
    throw CommandFailure.usage("which? show", "`parley message --help` tells what it does");
  }
}
