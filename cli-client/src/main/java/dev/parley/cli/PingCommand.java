package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.client.StreamReader;
import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PeerStatus;
import dev.parley.control.v1.PingReply;
import dev.parley.control.v1.PingRequest;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pings a peer over the link. */
@CommandLine.Command(
    name = "ping",
    mixinStandardHelpOptions = true,
    description = "Measure the way to a peer, connecting first where needed.")
final class PingCommand implements Command {
  private final Session session;

  @Parameters(index = "0", paramLabel = "PEER", description = "A contact's name or a peer id.")
  private String peer = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many; default ${DEFAULT-VALUE}.")
  private int count = 1;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "1s",
      converter = DurationConverter.class,
      description = "Between two pings; default ${DEFAULT-VALUE}.")
  private Duration interval = Duration.ofSeconds(1);

  @Option(names = "--until-direct", description = "Go on until a reply came over a direct path.")
  private boolean untilDirect;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description =
          "How long to wait for each reply, or for the direct path; default ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ZERO;

  private int replies;
  private boolean direct;

  PingCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    if (count < 1 || interval.toMillis() < 1 || interval.toMillis() > Integer.MAX_VALUE) {
      throw CommandFailure.usage(
          "--count is at least 1, and --interval at least 1ms", "`parley ping --help` tells more");
    }
    PingRequest request =
        PingRequest.newBuilder()
            .setPeer(peer)
            .setCount(count)
            .setIntervalMillis((int) interval.toMillis())
            .setUntilDirect(untilDirect)
            .build();
    try (DaemonConnection daemon = session.connect()) {
      StreamReader<PingReply> stream = daemon.reader();
      daemon.links().ping(request, stream);
      long start = System.nanoTime();
      while (true) {
        Duration spent = Duration.ofNanos(System.nanoTime() - start);
        Optional<PingReply> reply = stream.poll(untilDirect ? timeout.minus(spent) : patience());
        if (reply.isPresent()) {
          tell(reply.get());
        } else if (stream.hasEnded()) {
          return ExitCode.OK;
        } else {
          stream.cancel();
          throw late(daemon);
        }
      }
    }
  }

  /** The next ping leaves only after the interval. */
  private Duration patience() {
    return replies == 0 ? timeout : timeout.plus(interval);
  }

  private void tell(PingReply reply) {
    replies++;
    direct |= reply.getPath().getKind() == PathKind.PATH_KIND_DIRECT;
    String path = Words.of(reply.getPath().getKind());
    String transport = Words.of(reply.getPath().getTransport());
    if (session.json()) {
      session.print(
          new Json()
              .put("seq", reply.getSeq())
              .putMillis("rttMs", reply.getRttMicros())
              .put("path", path)
              .put("transport", transport)
              .put("remote", reply.getPath().getRemote()));
    } else {
      session.print(
          String.format(
              "%s  seq %d  %s  %s %s",
              peer,
              reply.getSeq(),
              Durations.show(Duration.ofNanos(reply.getRttMicros() * 1_000)),
              direct ? session.style().good(String.valueOf(path)) : path,
              session.style().dim(transport + " " + reply.getPath().getRemote())));
    }
    session.flush();
  }

  private CommandFailure late(DaemonConnection daemon) throws CommandFailure {
    String within = " within " + Durations.show(timeout);
    if (untilDirect && replies > 0) {
      return CommandFailure.timedOut(
          peer + " answers, but not over a direct path" + within,
          "messages flow all the same; a firewall may stand between the two");
    }
    return CommandFailure.timedOut(
        peer + (replies == 0 ? " did not answer" : " answers no longer") + within + problem(daemon),
        "is the peer's daemon running, and does it share a relay or a network with this one?");
  }

  private String problem(DaemonConnection daemon) throws CommandFailure {
    return daemon
        .call(() -> daemon.node().getStatus(GetStatusRequest.getDefaultInstance()))
        .getPeersList()
        .stream()
        .filter(status -> status.getName().equals(peer) || status.getPeerId().equals(peer))
        .map(PeerStatus::getProblem)
        .filter(problem -> !problem.isEmpty())
        .findFirst()
        .map(problem -> ": " + problem)
        .orElse("");
  }
}
