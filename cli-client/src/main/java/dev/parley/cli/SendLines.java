package dev.parley.cli;

import com.google.protobuf.ByteString;
import dev.parley.cli.client.BulkSender;
import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Plain;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.SendResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/**
 * Sends every line of standard input as a message of its own, as fast as the daemon takes them. A
 * line that is refused is told, and stops nothing.
 */
final class SendLines {
  private final Session session;
  private final DaemonConnection daemon;
  private final SendRequest common;
  private final boolean ndjson;
  private long accepted;
  private long refused;

  SendLines(Session session, DaemonConnection daemon, SendRequest common, boolean ndjson) {
    this.session = session;
    this.daemon = daemon;
    this.common = common;
    this.ndjson = ndjson;
  }

  int run() throws CommandFailure, InterruptedException {
    long start = System.nanoTime();
    BulkSender sender = BulkSender.open(daemon);
    LineReader lines = new LineReader(session.in());
    try {
      for (var line = lines.next(); line.isPresent(); line = lines.next()) {
        sender.send(request(line.get(), lines.count()));
        sender.takeReady().forEach(this::tell);
        if (lines.isPausing()) {
          // What was typed or piped so far goes out now.
          sender.flush();
        }
      }
    } catch (IOException e) {
      throw CommandFailure.of("cannot read standard input: " + e.getMessage(), "");
    } catch (CommandFailure e) {
      sender.finish().forEach(this::tell);
      throw e;
    }
    for (SendResult result : sender.finish()) {
      tell(result);
    }
    if (!session.json()) {
      session.print(
          accepted
              + " queued in "
              + Durations.show(Duration.ofNanos(System.nanoTime() - start))
              + (refused == 0 ? "" : ", " + refused + " refused"));
    }
    return refused == 0 ? ExitCode.OK : ExitCode.FAILURE;
  }

  private SendRequest request(ByteString line, long number) throws CommandFailure {
    if (line.size() > LineReader.MAX_LINE_BYTES) {
      throw CommandFailure.of(
          "line " + number + " is longer than any message",
          "the lines before it are sent; split it, then go on from there");
    }
    return ndjson
        ? SendObject.parse(line, number, common)
        : common.toBuilder().setBody(line).build();
  }

  private void tell(SendResult result) {
    if (result.hasError()) {
      refused++;
    } else {
      accepted++;
    }
    if (session.json()) {
      session.print(json(result));
    } else if (result.hasError()) {
      session.remark(
          "line " + result.getNumber() + ": " + Plain.line(result.getError().getMessage()));
    }
  }

  private static Json json(SendResult result) {
    Json json = new Json().put("line", result.getNumber());
    if (!result.hasError()) {
      return json.put("messageId", result.getMessageId()).put("state", "queued");
    }
    ErrorDetail error = result.getError();
    String word =
        error.getCodeValue() == 0
            ? "failed"
            : error.getCode().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return json.put("error", word).put("message", error.getMessage()).put("hint", error.getHint());
  }
}
