package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.client.InboxReader;
import dev.parley.cli.text.Durations;
import dev.parley.control.v1.ReceivedMessage;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Prints messages and acknowledges them. */
@CommandLine.Command(
    name = "recv",
    mixinStandardHelpOptions = true,
    description = "Print the messages that wait, and acknowledge them.")
final class RecvCommand implements Command {
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final Session session;

  @Option(names = "--follow", description = "Go on with what arrives later.")
  private boolean follow;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Wait until N messages were printed, and end.")
  private int count;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "How long to wait for the first message, or for all N; default 5s, endless with --follow.")
  private @Nullable Duration timeout;

  @Option(
      names = "--consumer",
      paramLabel = "NAME",
      description = "Whose place in the inbox to read from and move; default 'default'.")
  private String consumer = "";

  private int printed;

  RecvCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    if (count < 0) {
      throw CommandFailure.usage("--count is at least 1", "`parley recv --help` tells more");
    }
    Duration patience = timeout != null ? timeout : follow ? FOREVER : USUAL_TIMEOUT;
    long start = System.nanoTime();
    try (DaemonConnection daemon = session.connect()) {
      InboxReader inbox = InboxReader.open(daemon, consumer);
      boolean enough = false;
      while (!enough) {
        Optional<ReceivedMessage> message =
            inbox.next(patience.minusNanos(System.nanoTime() - start));
        if (message.isEmpty()) {
          break;
        }
        enough = take(inbox, message.get());
      }
      inbox.finish();
      return end(enough, patience);
    }
  }

  /** Prints and acknowledges; tells whether that was the last that was wanted. */
  private boolean take(InboxReader inbox, ReceivedMessage message) throws CommandFailure {
    if (message.hasGap()) {
      session.print(new ShownGap(message.getGap()).in(session));
      if (!session.flush()) {
        throw unread();
      }
      inbox.acknowledge(message.getPosition());
    } else if (!message.getMessageId().isEmpty()) {
      session.print(new ShownMessage(message).in(session));
      if (!session.flush()) {
        throw unread();
      }
      printed++;
      inbox.acknowledge(message.getPosition());
    }
    if (count > 0) {
      return printed >= count;
    }
    return !follow && printed > 0 && message.getCaughtUp();
  }

  private static CommandFailure unread() {
    return CommandFailure.of(
        "nobody reads the output any more", "the message that was not taken comes again");
  }

  private int end(boolean enough, Duration patience) throws CommandFailure {
    if (enough || (follow && count == 0 && printed > 0)) {
      return ExitCode.OK;
    }
    // All that waited was printed, if slowly: without a count that is success.
    if (count == 0 && printed > 0) {
      return ExitCode.OK;
    }
    throw CommandFailure.timedOut(
        count > 0
            ? "only " + printed + " of " + count + " messages came within " + show(patience)
            : "no message came within " + show(patience),
        "`parley status` shows whether the peers can be reached");
  }

  private static String show(Duration patience) {
    return Durations.show(patience);
  }
}
