package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.client.SocketPipe;
import dev.parley.control.v1.OpenOnSocketRequest;
import dev.parley.control.v1.OpenedSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Joins standard input and output to a service of a peer. */
@CommandLine.Command(
    name = "pipe",
    mixinStandardHelpOptions = true,
    description = {
      "Join standard input and output to a peer's service.",
      "As ssh's ProxyCommand: ssh -o ProxyCommand='parley pipe bob/ssh' bob"
    })
final class PipeCommand implements Command {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "PEER/SERVICE",
      converter = PeerService.Converter.class,
      description = "A contact's name or a peer id, and what the service is called there.")
  private @Nullable PeerService service;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to try to connect (10s).")
  private Duration timeout = Duration.ofSeconds(10);

  PipeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    PeerService wanted = java.util.Objects.requireNonNull(service);
    if (timeout.isZero() || timeout.toMillis() > Integer.MAX_VALUE) {
      throw CommandFailure.usage("--timeout is 1ms to 24 days", "");
    }
    OpenOnSocketRequest request =
        OpenOnSocketRequest.newBuilder()
            .setPeer(wanted.peer())
            .setService(wanted.service())
            .setTimeoutMillis((int) timeout.toMillis())
            .build();
    try (DaemonConnection daemon = session.connect()) {
      OpenedSocket socket = daemon.call(() -> daemon.forwards(timeout).openOnSocket(request));
      new SocketPipe(daemon, Path.of(socket.getPath())).run(session.rawIn(), session.rawOut());
      return ExitCode.OK;
    }
  }
}
