package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.TransferRequest;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Refuses an offer. */
@CommandLine.Command(
    name = "refuse",
    mixinStandardHelpOptions = true,
    description = "Refuse an offer; the peer is told.")
final class FileRefuseCommand implements Command {
  private final Session session;

  @Parameters(index = "0", paramLabel = "ID", description = "As `parley file ls` shows it.")
  private String id = "";

  FileRefuseCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    TransferRequest request = TransferRequest.newBuilder().setTransferId(id).build();
    try (DaemonConnection daemon = session.connect()) {
      FileTransfer transfer = daemon.call(() -> daemon.filesNow().refuse(request));
      new ShownTransfer(session).end(transfer);
    }
    return ExitCode.OK;
  }
}
