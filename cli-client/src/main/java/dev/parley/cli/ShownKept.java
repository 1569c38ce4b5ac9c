package dev.parley.cli;

import com.google.protobuf.ByteString;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Plain;
import dev.parley.cli.text.Style;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.KeptMessage;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** A message of the history as it is printed. */
record ShownKept(KeptMessage message) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  Json json() {
    Json json =
        new Json()
            .put("position", message.getPosition())
            .put("messageId", message.getMessageId())
            .put("peerId", message.getPeerId())
            .put("peerName", message.getPeerName().isEmpty() ? null : message.getPeerName())
            .put("direction", isSent() ? "sent" : "received");
    Optional<String> text = text();
    if (message.getContentType().isEmpty()) {
      json.putNull("text");
    } else if (text.isPresent()) {
      json.put("text", text.get());
    } else {
      json.put("bodyBase64", Base64.getEncoder().encodeToString(message.getBody().toByteArray()));
    }
    time(json, "queuedAt", message.hasQueuedAtMillis(), message.getQueuedAtMillis());
    time(json, "sentAt", message.hasSentAtMillis(), message.getSentAtMillis());
    if (!isSent()) {
      return json.putTime("receivedAt", message.getReceivedAtMillis())
          .put("path", Words.of(message.getPath()));
    }
    json.put("state", Words.of(message.getState()));
    time(json, "deliveredAt", message.hasDeliveredAtMillis(), message.getDeliveredAtMillis());
    time(json, "readAt", message.hasReadAtMillis(), message.getReadAtMillis());
    time(json, "expiredAt", message.hasExpiredAtMillis(), message.getExpiredAtMillis());
    time(json, "failedAt", message.hasFailedAtMillis(), message.getFailedAtMillis());
    time(json, "expiresAt", message.hasExpiresAtMillis(), message.getExpiresAtMillis());
    return json.put("problem", message.getProblem().isEmpty() ? null : message.getProblem());
  }

  /** One line of a conversation. */
  String line(Style style) {
    String said = text().map(Plain::text).orElseGet(this::describe);
    String who = isSent() ? "to " + name() : name();
    String mark = isSent() ? style.dim("  " + Words.of(message.getState())) : "";
    return style.dim(show(at())) + "  " + style.bold(who) + ": " + said + mark;
  }

  /** Everything, one thing a line. */
  String page(Style style) {
    StringBuilder page = new StringBuilder();
    page.append(style.bold(message.getMessageId())).append('\n');
    line(page, isSent() ? "to" : "from", name() + "  " + message.getPeerId());
    if (isSent()) {
      line(page, "state", Words.of(message.getState()));
    }
    line(page, "queued", message.hasQueuedAtMillis(), message.getQueuedAtMillis());
    line(page, "sent", message.hasSentAtMillis(), message.getSentAtMillis());
    line(page, "received", message.hasReceivedAtMillis(), message.getReceivedAtMillis());
    line(page, "delivered", message.hasDeliveredAtMillis(), message.getDeliveredAtMillis());
    line(page, "read", message.hasReadAtMillis(), message.getReadAtMillis());
    line(page, "expired", message.hasExpiredAtMillis(), message.getExpiredAtMillis());
    line(page, "failed", message.hasFailedAtMillis(), message.getFailedAtMillis());
    line(page, "expires", message.hasExpiresAtMillis(), message.getExpiresAtMillis());
    if (!message.getProblem().isEmpty()) {
      line(page, "problem", Plain.line(message.getProblem()));
    }
    page.append(text().map(Plain::text).orElseGet(this::describe));
    return page.toString();
  }

  private static void line(StringBuilder page, String word, boolean known, long millis) {
    if (known) {
      line(page, word, show(millis));
    }
  }

  private static void line(StringBuilder page, String word, String value) {
    page.append(String.format(Locale.ROOT, "%-10s %s%n", word, value));
  }

  private static void time(Json json, String name, boolean known, long millis) {
    if (known) {
      json.putTime(name, millis);
    } else {
      json.putNull(name);
    }
  }

  private boolean isSent() {
    return message.getDirection() == KeptMessage.Direction.DIRECTION_SENT;
  }

  private long at() {
    return isSent() ? message.getQueuedAtMillis() : message.getReceivedAtMillis();
  }

  private static String show(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
  }

  private String name() {
    return message.getPeerName().isEmpty()
        ? message.getPeerId().substring(0, Math.min(10, message.getPeerId().length())) + "…"
        : Plain.line(message.getPeerName());
  }

  private String describe() {
    ByteString body = message.getBody();
    return message.getContentType().isEmpty()
        ? "[its text was not kept]"
        : "[" + body.size() + " bytes of " + Plain.line(message.getContentType()) + "]";
  }

  private Optional<String> text() {
    // RFC 6838 §4.2: types are compared without regard to case.
    return message.getContentType().toLowerCase(Locale.ROOT).startsWith("text/")
        ? Plain.utf8(message.getBody().asReadOnlyByteBuffer())
        : Optional.empty();
  }
}
