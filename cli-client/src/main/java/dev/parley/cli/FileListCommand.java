package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.client.StreamReader;
import dev.parley.cli.text.Plain;
import dev.parley.cli.text.Table;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.ListTransfersRequest;
import dev.parley.control.v1.TransferDirection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** Lists transfers. */
@CommandLine.Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    description = "List transfers: offers, those under way, and those that were over lately.")
final class FileListCommand implements Command {
  private static final Duration NEXT_WITHIN = Duration.ofSeconds(20);

  private final Session session;

  FileListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    List<FileTransfer> transfers = new ArrayList<>();
    try (DaemonConnection daemon = session.connect()) {
      StreamReader<FileTransfer> all = daemon.reader();
      daemon.files().list(ListTransfersRequest.getDefaultInstance(), all);
      Optional<FileTransfer> next = all.poll(NEXT_WITHIN);
      while (next.isPresent()) {
        transfers.add(next.get());
        next = all.poll(NEXT_WITHIN);
      }
    }
    if (session.json()) {
      transfers.forEach(transfer -> session.print(ShownTransfer.json(transfer)));
    } else if (transfers.isEmpty()) {
      session.remark("no transfers: `parley file send PEER PATH` begins one");
    } else {
      session.print(table(transfers).show(session.style()).stripTrailing());
    }
    return ExitCode.OK;
  }

  private static Table table(List<FileTransfer> transfers) {
    Table table = new Table("ID", "PEER", "FILES", "SIZE", "DONE", "STATE");
    for (FileTransfer transfer : transfers) {
      boolean comes = transfer.getDirection() == TransferDirection.TRANSFER_DIRECTION_INCOMING;
      String peer =
          transfer.getPeerName().isEmpty() ? transfer.getPeerId() : transfer.getPeerName();
      String problem = transfer.getProblem();
      table.row(
          transfer.getTransferId(),
          (comes ? "from " : "to ") + peer,
          ShownTransfer.names(transfer),
          ShownTransfer.size(transfer.getBytes()),
          ShownTransfer.percent(transfer) + " %",
          Words.of(transfer.getState()) + (problem.isEmpty() ? "" : ": " + Plain.line(problem)));
    }
    return table;
  }
}
