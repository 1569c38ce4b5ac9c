package dev.parley.cli;

import com.google.protobuf.ByteString;
import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.text.Durations;
import dev.parley.cli.text.JsonObject;
import dev.parley.cli.text.Plain;
import dev.parley.control.v1.SendRequest;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** A line of NDJSON that says what to send. */
final class SendObject {
  /** The type of a body that says nothing of itself. */
  private static final String BYTES = "application/octet-stream";

  private SendObject() {}

  static SendRequest parse(ByteString line, long number, SendRequest common) throws CommandFailure {
    try {
      String text =
          Plain.utf8(line.asReadOnlyByteBuffer())
              .orElseThrow(() -> new IllegalArgumentException("it is not UTF-8"));
      JsonObject object = JsonObject.parse(text);
      SendRequest.Builder request = common.toBuilder().setBody(body(object));
      object
          .string("contentType")
          .or(() -> object.string("bodyBase64").map(bytes -> BYTES))
          .ifPresent(request::setContentType);
      object.string("id").ifPresent(request::setClientId);
      object.string("expire").ifPresent(time -> request.setExpireMillis(millis(time)));
      return request.build();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.FAILURE,
          "failed",
          "line " + number + " is no message: " + e.getMessage(),
          "a message is such as {\"text\":\"hi\"}; the lines before it are sent");
    }
  }

  private static ByteString body(JsonObject object) {
    Optional<String> text = object.string("text");
    Optional<String> base64 = object.string("bodyBase64");
    if (text.isPresent() == base64.isPresent()) {
      throw new IllegalArgumentException("it has either \"text\" or \"bodyBase64\"");
    }
    return text.map(ByteString::copyFromUtf8)
        .orElseGet(() -> ByteString.copyFrom(Base64.getDecoder().decode(base64.orElse(""))));
  }

  private static long millis(String time) {
    return Durations.parse(time)
        .map(Duration::toMillis)
        .filter(millis -> millis > 0)
        .orElseThrow(() -> new IllegalArgumentException("\"expire\" is a time such as \"1h\""));
  }
}
