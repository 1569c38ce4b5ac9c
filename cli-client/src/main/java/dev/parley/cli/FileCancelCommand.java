package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.TransferRequest;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Ends a transfer. */
@CommandLine.Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description = "End a transfer, at either side; the other side is told.")
final class FileCancelCommand implements Command {
  private final Session session;

  @Parameters(index = "0", paramLabel = "ID", description = "As `parley file ls` shows it.")
  private String id = "";

  FileCancelCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    TransferRequest request = TransferRequest.newBuilder().setTransferId(id).build();
    try (DaemonConnection daemon = session.connect()) {
      FileTransfer transfer = daemon.call(() -> daemon.filesNow().cancel(request));
      new ShownTransfer(session).end(transfer);
    }
    return ExitCode.OK;
  }
}
