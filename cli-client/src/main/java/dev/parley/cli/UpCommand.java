package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonProcess;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.text.Json;
import dev.parley.control.v1.NodeStatus;
import dev.parley.proto.home.NodeHome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Starts the daemon in the background. */
@CommandLine.Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Start the daemon in the background and wait until it is ready.")
final class UpCommand implements Command {
  /** A start takes a second; a slow disk that checks a large database takes longer. */
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final Session session;

  @Option(names = "--relay", paramLabel = "URL", description = "A relay to use; may be repeated.")
  private List<String> relays = new ArrayList<>();

  @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Where to bind the UDP port.")
  private String listen = "";

  @Option(
      names = "--stun",
      paramLabel = "HOST:PORT",
      description = "A further STUN server; may be repeated.")
  private List<String> stun = new ArrayList<>();

  UpCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    NodeHome home = session.home();
    Optional<NodeStatus> running = DaemonProcess.running(home);
    if (running.isPresent()) {
      tell(running.get(), true);
      return ExitCode.OK;
    }
    tell(DaemonProcess.start(home, session.parleyd(), arguments()).awaitReady(READY_WITHIN), false);
    return ExitCode.OK;
  }

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    relays.forEach(relay -> arguments.addAll(List.of("--relay", relay)));
    if (!listen.isEmpty()) {
      arguments.addAll(List.of("--listen", listen));
    }
    stun.forEach(server -> arguments.addAll(List.of("--stun", server)));
    return arguments;
  }

  private void tell(NodeStatus status, boolean already) {
    // Beside the results, with --json too.
    status
        .getSalvagesList()
        .forEach(salvage -> session.remark("parley: " + ShownStatus.warning(salvage)));
    if (session.json()) {
      session.print(
          new Json()
              .put("peerId", status.getPeerId())
              .put("pid", status.getPid())
              .put("alreadyRunning", already));
      return;
    }
    session.print(
        (already ? "parleyd is already running" : "parleyd is ready")
            + " (process "
            + status.getPid()
            + ")");
    session.print("you are " + session.style().bold(status.getPeerId()));
    if (already && !arguments().isEmpty()) {
      session.remark("parley: the options given now take effect after `parley down`");
    }
  }
}
