package dev.parley.cli;

import com.google.protobuf.ByteString;
import dev.parley.cli.client.BackupFile;
import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.text.Json;
import dev.parley.control.v1.BackupRequest;
import dev.parley.control.v1.BackupSummary;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a backup. */
@CommandLine.Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = "Write identity, configuration, contacts and messages to one encrypted file.")
final class BackupCommand implements Command {
  private final Session session;

  @Parameters(index = "0", paramLabel = "FILE", description = "Where to; must not be there yet.")
  private String file = "";

  @Option(names = "--force", description = "Replace FILE if it is there.")
  private boolean force;

  @Mixin private PassphraseOption passphrase = new PassphraseOption();

  BackupCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    BackupFile target = BackupFile.at(Path.of(file).toAbsolutePath(), force);
    try (DaemonConnection daemon = session.connect()) {
      String secret = passphrase.read(session, true);
      BackupSummary summary =
          target.write(
              daemon,
              BackupRequest.newBuilder().setPassphrase(ByteString.copyFromUtf8(secret)).build());
      tell(summary, target.path());
    }
    return ExitCode.OK;
  }

  private void tell(BackupSummary summary, Path path) {
    if (session.json()) {
      session.print(
          new Json()
              .put("file", path.toString())
              .put("bytes", summary.getBytes())
              .put("peerId", summary.getPeerId())
              .putTime("createdAt", summary.getCreatedAtMillis()));
      return;
    }
    session.print(
        path
            + " is a backup as of "
            + Instant.ofEpochMilli(summary.getCreatedAtMillis())
            + " ("
            + summary.getBytes()
            + " bytes)");
    session.print("without its passphrase it is of no use to anybody, you included");
  }
}
