package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.NodeStatus;
import java.time.Clock;
import java.util.Iterator;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Shows the node. */
@CommandLine.Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show the node, its relays and its peers.")
final class StatusCommand implements Command {
  private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

  private final Session session;

  @Option(names = "--watch", description = "Show it again after each change.")
  private boolean watch;

  StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    GetStatusRequest request = GetStatusRequest.getDefaultInstance();
    try (DaemonConnection daemon = session.connect()) {
      if (!watch) {
        show(daemon.call(() -> daemon.node().getStatus(request)));
        return ExitCode.OK;
      }
      Iterator<NodeStatus> changes = daemon.call(() -> daemon.nodeForever().watchStatus(request));
      while (daemon.call(changes::hasNext)) {
        if (session.terminal().present() && !session.json()) {
          session.print(CLEAR_SCREEN);
        }
        show(changes.next());
        if (!session.flush()) {
          return ExitCode.OK;
        }
      }
      return ExitCode.OK;
    }
  }

  private void show(NodeStatus status) {
    ShownStatus shown = new ShownStatus(status);
    session.print(
        session.json()
            ? shown.json().toString()
            : shown.text(session.style(), Clock.systemUTC().instant()));
  }
}
