package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import picocli.CommandLine;

/** Files. */
@CommandLine.Command(
    name = "file",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Send files and directories, and take those of others.")
final class FileCommand implements Command {
  private final Session session;

  FileCommand(Session session) {
    this.session = session;
  }

  @CommandLine.Spec
  void spec(CommandLine.Model.CommandSpec spec) {
    if (spec.subcommands().isEmpty()) {
      spec.addSubcommand("send", new CommandLine(new FileSendCommand(session)));
      spec.addSubcommand("ls", new CommandLine(new FileListCommand(session)));
      spec.addSubcommand("accept", new CommandLine(new FileAcceptCommand(session)));
      spec.addSubcommand("refuse", new CommandLine(new FileRefuseCommand(session)));
      spec.addSubcommand("cancel", new CommandLine(new FileCancelCommand(session)));
    }
  }

  @Override
  public Integer call() throws CommandFailure {
    throw CommandFailure.usage(
        "which? send, ls, accept, refuse or cancel", "`parley file --help` tells what they do");
  }
}
