package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.client.StreamReader;
import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.SendFilesRequest;
import dev.parley.control.v1.TransferState;
import dev.parley.control.v1.WatchTransfersRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends files and directories. */
@CommandLine.Command(
    name = "send",
    mixinStandardHelpOptions = true,
    description = "Offer files and directories to a contact, and wait until they are there.")
final class FileSendCommand implements Command {
  /** Longer than anybody waits; interrupting is always possible. */
  private static final Duration FOREVER = Duration.ofDays(3_650);

  private final Session session;

  @Parameters(index = "0", paramLabel = "PEER", description = "A contact's name or a peer id.")
  private String peer = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = "Files and directories; links in them are left out.")
  private List<String> paths = new ArrayList<>();

  @Option(
      names = "--wait",
      description = "Wait until they are delivered; this is what it does anyway.")
  private boolean wait;

  @Option(names = "--detach", description = "Return when the offer is on disk.")
  private boolean detach;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to wait; for ever unless given. The transfer goes on.")
  private @Nullable Duration timeout;

  FileSendCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    if (wait && detach) {
      throw CommandFailure.usage("--wait or --detach, not both", "leave one of them out");
    }
    SendFilesRequest.Builder request = SendFilesRequest.newBuilder().setPeer(peer);
    paths.forEach(path -> request.addPaths(Path.of(path).toAbsolutePath().normalize().toString()));
    try (DaemonConnection daemon = session.connect()) {
      FileTransfer offered = daemon.call(() -> daemon.filesScanning().send(request.build()));
      if (offered.getLeftOut() > 0 && !session.json()) {
        session.remark(
            offered.getLeftOut() + " links or special files are left out, as links always are");
      }
      if (detach) {
        new ShownTransfer(session).end(offered);
        return ExitCode.OK;
      }
      return watch(daemon, offered);
    }
  }

  private int watch(DaemonConnection daemon, FileTransfer offered)
      throws CommandFailure, InterruptedException {
    StreamReader<FileTransfer> events = daemon.reader();
    daemon
        .files()
        .watch(
            WatchTransfersRequest.newBuilder().setTransferId(offered.getTransferId()).build(),
            events);
    ShownTransfer shown = new ShownTransfer(session);
    long start = System.nanoTime();
    FileTransfer last = offered;
    while (!isOver(last.getState())) {
      Duration patience = timeout == null ? FOREVER : timeout.minusNanos(System.nanoTime() - start);
      Optional<FileTransfer> event = events.poll(patience);
      if (event.isEmpty()) {
        shown.end(last);
        throw events.hasEnded()
            ? CommandFailure.of(
                "the daemon has stopped telling of the transfer", "`parley file ls` shows it")
            : CommandFailure.timedOut(
                "it is not delivered yet", "it goes on; `parley file ls` shows how far it is");
      }
      last = event.get();
      shown.progress(last);
    }
    shown.end(last);
    return last.getState() == TransferState.TRANSFER_STATE_DELIVERED
        ? ExitCode.OK
        : ExitCode.FAILURE;
  }

  private static boolean isOver(TransferState state) {
    return switch (state) {
      case TRANSFER_STATE_DELIVERED,
          TRANSFER_STATE_REFUSED,
          TRANSFER_STATE_CANCELLED,
          TRANSFER_STATE_FAILED ->
          true;
      default -> false;
    };
  }
}
