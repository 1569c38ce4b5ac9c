package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.WhyReply;
import dev.parley.control.v1.WhyRequest;
import picocli.CommandLine;

/** Tells why the way to a peer is what it is. */
@CommandLine.Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description = "Tell why a peer is direct, relayed or unreachable, and what would help.")
final class WhyCommand implements Command {
  private final Session session;

  @CommandLine.Parameters(paramLabel = "PEER", description = "A contact's name or a peer id.")
  private String peer = "";

  WhyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    WhyReply reply;
    try (DaemonConnection daemon = session.connect()) {
      WhyRequest request = WhyRequest.newBuilder().setPeer(peer).build();
      reply = daemon.call(() -> daemon.linksMeasuring().why(request));
    }
    ShownWhy shown = new ShownWhy(reply);
    session.print(session.json() ? shown.json().toString() : shown.text(session.style()));
    return ExitCode.OK;
  }
}
