package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import picocli.CommandLine;

/** The address book. */
@CommandLine.Command(
    name = "contact",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The address book: names for peers.")
final class ContactCommand implements Command {
  private final Session session;

  ContactCommand(Session session) {
    this.session = session;
  }

  @CommandLine.Spec
  void spec(CommandLine.Model.CommandSpec spec) {
    if (spec.subcommands().isEmpty()) {
      spec.addSubcommand("add", new CommandLine(new ContactAddCommand(session)));
      spec.addSubcommand("ls", new CommandLine(new ContactListCommand(session)));
      spec.addSubcommand("rm", new CommandLine(new ContactRemoveCommand(session)));
    }
  }

  @Override
  public Integer call() throws CommandFailure {
    throw CommandFailure.usage(
        "which? add, ls or rm", "`parley contact --help` tells what they do");
  }
}
