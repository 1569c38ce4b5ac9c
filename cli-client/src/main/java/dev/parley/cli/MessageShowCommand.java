package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.GetMessageRequest;
import dev.parley.control.v1.KeptMessage;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Prints a message and how far it has come. */
@CommandLine.Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Print a message, its state and when it came that far.")
final class MessageShowCommand implements Command {
  private final Session session;

  @Parameters(index = "0", paramLabel = "ID", description = "As `parley send` printed it.")
  private String id = "";

  MessageShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    KeptMessage message;
    try (DaemonConnection daemon = session.connect()) {
      GetMessageRequest request = GetMessageRequest.newBuilder().setMessageId(id).build();
      message = daemon.call(() -> daemon.messagesNow().getMessage(request));
    }
    ShownKept shown = new ShownKept(message);
    session.print(session.json() ? shown.json().toString() : shown.page(session.style()));
    return ExitCode.OK;
  }
}
