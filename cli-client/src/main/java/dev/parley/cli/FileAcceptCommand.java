package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.AcceptTransferRequest;
import dev.parley.control.v1.FileTransfer;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Accepts an offer. */
@CommandLine.Command(
    name = "accept",
    mixinStandardHelpOptions = true,
    description = "Accept an offer; the files come in the background.")
final class FileAcceptCommand implements Command {
  private final Session session;

  @Parameters(index = "0", paramLabel = "ID", description = "As `parley file ls` shows it.")
  private String id = "";

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where to, made when it is not there; the configured directory unless given.")
  private String to = "";

  FileAcceptCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    AcceptTransferRequest request =
        AcceptTransferRequest.newBuilder()
            .setTransferId(id)
            .setDirectory(to.isEmpty() ? "" : Path.of(to).toAbsolutePath().normalize().toString())
            .build();
    try (DaemonConnection daemon = session.connect()) {
      FileTransfer transfer = daemon.call(() -> daemon.filesNow().accept(request));
      new ShownTransfer(session).end(transfer);
    }
    return ExitCode.OK;
  }
}
