package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.HistoryPage;
import dev.parley.control.v1.HistoryRequest;
import dev.parley.control.v1.KeptMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what was sent and received. */
@CommandLine.Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Print what was sent and received, the oldest first; changes nothing.")
final class HistoryCommand implements Command {
  private static final int PAGE = 1_000;

  /** All of them are held to be turned around. */
  private static final int MAX_LIMIT = 10_000;

  private final Session session;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PEER",
      description = "With this peer only: a contact's name or a peer id.")
  private String peer = "";

  @Option(
      names = "--before",
      paramLabel = "POSITION",
      description = "What comes before this position, of --json; for the page before.")
  private long before;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most N messages, the newest; default ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--search",
      paramLabel = "WORDS",
      description = "Text messages with all of these words; 'par*' is any that begins so.")
  private String search = "";

  HistoryCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    if (limit < 1 || limit > MAX_LIMIT || before < 0) {
      throw CommandFailure.usage(
          "--limit is 1 to " + MAX_LIMIT + ", and --before no less than 0",
          "`parley history --help` tells more");
    }
    List<KeptMessage> messages = new ArrayList<>();
    try (DaemonConnection daemon = session.connect()) {
      long next = before;
      do {
        HistoryPage page = page(daemon, next, limit - messages.size());
        messages.addAll(page.getMessagesList());
        next = page.getNextBefore();
      } while (next != 0 && messages.size() < limit);
    }
    Collections.reverse(messages);
    for (KeptMessage message : messages) {
      ShownKept shown = new ShownKept(message);
      session.print(session.json() ? shown.json().toString() : shown.line(session.style()));
    }
    if (messages.isEmpty() && !session.json()) {
      session.remark("no such messages");
    }
    return ExitCode.OK;
  }

  private HistoryPage page(DaemonConnection daemon, long next, int wanted) throws CommandFailure {
    HistoryRequest request =
        HistoryRequest.newBuilder()
            .setPeer(peer)
            .setBefore(next)
            .setLimit(Math.min(PAGE, wanted))
            .setWords(search)
            .build();
    return daemon.call(() -> daemon.messagesNow().history(request));
  }
}
