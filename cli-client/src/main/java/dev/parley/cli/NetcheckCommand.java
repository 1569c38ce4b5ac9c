package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.NetcheckReply;
import dev.parley.control.v1.NetcheckRequest;
import picocli.CommandLine;

/** Tells of the NAT. */
@CommandLine.Command(
    name = "netcheck",
    mixinStandardHelpOptions = true,
    description = "Measure the NAT before this machine, and the relays.")
final class NetcheckCommand implements Command {
  private final Session session;

  NetcheckCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    NetcheckReply reply;
    try (DaemonConnection daemon = session.connect()) {
      reply =
          daemon.call(() -> daemon.linksMeasuring().netcheck(NetcheckRequest.getDefaultInstance()));
    }
    ShownNetcheck shown = new ShownNetcheck(reply);
    session.print(session.json() ? shown.json().toString() : shown.text(session.style()));
    return ExitCode.OK;
  }
}
