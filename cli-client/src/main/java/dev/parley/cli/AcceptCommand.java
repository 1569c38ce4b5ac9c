package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.AcceptRequest;
import dev.parley.control.v1.PairedPeer;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Uses a pairing code. */
@CommandLine.Command(
    name = "accept",
    mixinStandardHelpOptions = true,
    description = "Become contacts with whoever made this code by `parley invite`.")
final class AcceptCommand implements Command {
  private final Session session;

  @Parameters(
      arity = "1..3",
      paramLabel = "CODE",
      description = "Such as 7-crossover-clockwork; four letters of each word are enough.")
  private List<String> code = List.of();

  @Mixin private final PairingOptions options = new PairingOptions();

  AcceptCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    AcceptRequest request =
        AcceptRequest.newBuilder()
            .setCode(String.join("-", code))
            .setName(options.name)
            .setNameHint(options.nameHint(session))
            .setRelay(options.relay)
            .build();
    try (DaemonConnection daemon = session.connect()) {
      PairedPeer peer = daemon.call(() -> daemon.pairingNow().accept(request));
      PairingOptions.show(session, peer);
    }
    return ExitCode.OK;
  }
}
