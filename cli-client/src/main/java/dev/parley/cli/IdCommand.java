package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.QrCode;
import dev.parley.control.v1.GetIdentityRequest;
import dev.parley.control.v1.Identity;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Prints the ticket. */
@CommandLine.Command(
    name = "id",
    mixinStandardHelpOptions = true,
    description = "Print this node's ticket: what others need to reach it.")
final class IdCommand implements Command {
  private static final int USUAL_COLUMNS = 80;

  private final Session session;

  @Option(
      names = "--without-addresses",
      description = "Leave this machine's addresses out: it is then found through its relays only.")
  private boolean withoutAddresses;

  IdCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    Identity identity;
    try (DaemonConnection daemon = session.connect()) {
      GetIdentityRequest request =
          GetIdentityRequest.newBuilder().setWithoutAddresses(withoutAddresses).build();
      identity = daemon.call(() -> daemon.node().getIdentity(request));
    }
    if (session.json()) {
      session.print(
          new Json().put("peerId", identity.getPeerId()).put("ticket", identity.getTicket()));
      return ExitCode.OK;
    }
    session.print(identity.getTicket());
    if (session.terminal().present()) {
      showCode(identity);
    }
    return ExitCode.OK;
  }

  private void showCode(Identity identity) {
    int columns = session.terminal().columns();
    session.print("");
    QrCode.of(identity.getTicket(), columns == 0 ? USUAL_COLUMNS : columns)
        .ifPresentOrElse(
            session::print,
            () -> session.print(session.style().dim("(widen the terminal to see a QR code)\n")));
    session.print("peer id " + session.style().bold(identity.getPeerId()));
  }
}
