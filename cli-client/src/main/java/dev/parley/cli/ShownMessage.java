package dev.parley.cli;

import com.google.protobuf.ByteString;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Plain;
import dev.parley.cli.text.Style;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.ReceivedMessage;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** A message as it is printed. */
record ShownMessage(ReceivedMessage message) {

  String in(Session session) {
    return session.json() ? json().toString() : text(session.style());
  }

  Json json() {
    Json json =
        new Json()
            .put("messageId", message.getMessageId())
            .put("peerId", message.getPeerId())
            .put("peerName", message.getPeerName().isEmpty() ? null : message.getPeerName());
    Optional<String> text = body();
    if (text.isPresent()) {
      json.put("text", text.get());
    } else {
      json.put("bodyBase64", Base64.getEncoder().encodeToString(message.getBody().toByteArray()));
    }
    return json.putTime("sentAt", message.getSentAtMillis())
        .putTime("receivedAt", message.getReceivedAtMillis())
        .put("path", Words.of(message.getPath()))
        .put("redelivered", message.getRedelivered());
  }

  private String text(Style style) {
    String time =
        Instant.ofEpochMilli(message.getReceivedAtMillis())
            .atZone(ZoneId.systemDefault())
            .toLocalTime()
            .truncatedTo(ChronoUnit.SECONDS)
            .format(java.time.format.DateTimeFormatter.ISO_LOCAL_TIME);
    String name =
        message.getPeerName().isEmpty()
            ? message.getPeerId().substring(0, Math.min(10, message.getPeerId().length())) + "…"
            : message.getPeerName();
    String said = body().map(Plain::text).orElseGet(this::describe);
    return style.dim(time) + "  " + style.bold(Plain.line(name)) + ": " + said;
  }

  private String describe() {
    ByteString body = message.getBody();
    return "[" + body.size() + " bytes of " + Plain.line(message.getContentType()) + "]";
  }

  private Optional<String> body() {
    // RFC 6838 §4.2: types are compared without regard to case.
    return message.getContentType().toLowerCase(Locale.ROOT).startsWith("text/")
        ? Plain.utf8(message.getBody().asReadOnlyByteBuffer())
        : Optional.empty();
  }
}
