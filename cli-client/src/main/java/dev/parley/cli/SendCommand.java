package dev.parley.cli;

import com.google.protobuf.ByteString;
import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.client.StreamReader;
import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.SendRequest;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends a message. */
@CommandLine.Command(
    name = "send",
    mixinStandardHelpOptions = true,
    description = "Send a message. It is never lost, whether or not the peer is there now.")
final class SendCommand implements Command {
  static final int MAX_BODY_BYTES = 64 * 1024;

  private final Session session;

  @Parameters(index = "0", paramLabel = "PEER", description = "A contact's name or a peer id.")
  private String peer = "";

  @Parameters(
      index = "1",
      paramLabel = "TEXT",
      description = "What to say; - reads it from standard input. After -- it may begin with -.")
  private String text = "";

  @Option(
      names = "--wait",
      paramLabel = "STATE",
      description = "Wait until the message is ${COMPLETION-CANDIDATES}.")
  private Wait until = Wait.queued;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = "How long to wait; default ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ZERO;

  @Option(
      names = "--expire",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Give the message up when it is not delivered after this time.")
  private @Nullable Duration expire;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "An id of your own: repeated under it, this is the same message.")
  private String id = "";

  @Option(
      names = "--lines",
      description = "With - as TEXT: every line of standard input is a message.")
  private boolean lines;

  @Option(
      names = "--ndjson",
      description = "With - as TEXT: every line of standard input is a JSON object.")
  private boolean ndjson;

  /** As the words of the contract are written. */
  enum Wait {
    queued(MessageState.MESSAGE_STATE_QUEUED),
    sent(MessageState.MESSAGE_STATE_SENT),
    delivered(MessageState.MESSAGE_STATE_DELIVERED),
    read(MessageState.MESSAGE_STATE_READ);

    final MessageState state;

    Wait(MessageState state) {
      this.state = state;
    }
  }

  SendCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    if (lines || ndjson) {
      return sendMany();
    }
    SendRequest request = common().setBody(body()).setWaitFor(until.state).setClientId(id).build();
    long start = System.nanoTime();
    try (DaemonConnection daemon = session.connect()) {
      StreamReader<MessageStatus> statuses = daemon.reader();
      daemon.messages().send(request, statuses);
      MessageStatus last = null;
      while (true) {
        Duration left = timeout.minusNanos(System.nanoTime() - start);
        Optional<MessageStatus> status = statuses.poll(left);
        if (status.isPresent()) {
          last = status.get();
        } else {
          return end(last, statuses.hasEnded(), System.nanoTime() - start);
        }
      }
    }
  }

  private SendRequest.Builder common() throws CommandFailure {
    if (expire != null && expire.toMillis() < 1) {
      throw CommandFailure.usage("--expire is at least 1ms", "`parley send --help` tells more");
    }
    return SendRequest.newBuilder()
        .setPeer(peer)
        .setExpireMillis(expire == null ? 0 : expire.toMillis());
  }

  private int sendMany() throws CommandFailure, InterruptedException {
    if (!text.equals("-") || (lines && ndjson) || until != Wait.queued || !id.isEmpty()) {
      throw CommandFailure.usage(
          "--lines or --ndjson goes with - as TEXT, and without --wait and --id",
          "`parley send PEER - --lines` sends every line of standard input");
    }
    try (DaemonConnection daemon = session.connect()) {
      return new SendLines(session, daemon, common().build(), ndjson).run();
    }
  }

  private ByteString body() throws CommandFailure {
    ByteString body =
        text.equals("-")
            ? ByteString.copyFrom(StandardInput.read(session.in(), MAX_BODY_BYTES))
            : ByteString.copyFromUtf8(text);
    if (body.size() > MAX_BODY_BYTES) {
      throw new CommandFailure(
          ExitCode.FAILURE,
          "message-too-large",
          "the message is too large: a message has at most " + MAX_BODY_BYTES + " bytes",
          "split it; larger things are files, which this version does not send yet");
    }
    return body;
  }

  private int end(@Nullable MessageStatus last, boolean ended, long nanos) throws CommandFailure {
    if (last == null) {
      throw CommandFailure.timedOut(
          "the daemon did not accept the message within " + Durations.show(timeout),
          "whether it was kept is unknown: `parley status` shows the queue");
    }
    tell(last, nanos);
    String state = Words.of(last.getState());
    boolean failed =
        last.getState() == MessageState.MESSAGE_STATE_FAILED
            || last.getState() == MessageState.MESSAGE_STATE_EXPIRED;
    if (failed) {
      throw new CommandFailure(
          ExitCode.FAILURE, state, "the message has " + state + ": " + last.getProblem(), "");
    }
    if (!ended) {
      throw CommandFailure.timedOut(
          "the message was not "
              + until
              + " within "
              + Durations.show(timeout)
              + "; it stays queued and goes out when "
              + peer
              + " can be reached",
          "do not send it again; `parley status` shows what stands in the way");
    }
    return ExitCode.OK;
  }

  private void tell(MessageStatus status, long nanos) {
    if (session.json()) {
      session.print(
          new Json()
              .put("messageId", status.getMessageId())
              .put("state", Words.of(status.getState()))
              .putMillis("elapsedMs", Math.max(1, nanos / 1_000)));
    } else {
      session.print(
          Words.of(status.getState())
              + " in "
              + Durations.show(Duration.ofNanos(nanos))
              + session.style().dim("  " + status.getMessageId()));
    }
  }
}
