package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.protobuf.ByteString;
import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Plain;
import dev.parley.control.v1.SendRequest;
import dev.parley.fuzz.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What {@code parley send --lines} and {@code --ndjson} read, and times that people type. */
public final class SendInputFuzz {
  private SendInputFuzz() {}

  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("lines", SendInputFuzz::lines, LineReader.class)
            .seeds("a\nb\r\n\nc", "\r", "\n\n"),
        FuzzTarget.of(
                "ndjson",
                SendInputFuzz::ndjson,
                SendObject.class,
                dev.parley.cli.text.JsonObject.class)
            .seeds(
                "{\"text\":\"hi\",\"id\":\"1\",\"expire\":\"1h\"}",
                "{ \"bodyBase64\" : \"aGk=\", \"contentType\":\"a/b\", \"x\":[1.5e-3,{\"y\":null}]}",
                "{\"text\":\"\\u00e9\\n\\ud83d\\ude00\",\"t\":true,\"f\":false}")
            .allocating(1 << 20, 128),
        FuzzTarget.of("duration", SendInputFuzz::duration, Durations.class)
            .seeds("500ms", "10s", "1.5m", "999999h"),
        FuzzTarget.of("terminal-text", SendInputFuzz::terminalText, Plain.class)
            .seeds("hello\n\tworld", "\u001b[2J\u202eabc\u0085"));
  }

  private static void lines(byte[] input) throws IOException {
    LineReader reader = new LineReader(new ByteArrayInputStream(input));
    ByteString whole = ByteString.EMPTY;
    long count = 0;
    for (Optional<ByteString> line = reader.next(); line.isPresent(); line = reader.next()) {
      assertThat(line.get().size()).isLessThanOrEqualTo(LineReader.MAX_LINE_BYTES + 1);
      whole = whole.concat(line.get()).concat(ByteString.copyFromUtf8("\n"));
      count++;
    }
    assertThat(reader.count()).isEqualTo(count);
    if (input.length <= LineReader.MAX_LINE_BYTES) {
      String text = new String(input, StandardCharsets.ISO_8859_1);
      String unified = text.replace("\r\n", "\n").replaceFirst("\r$", "");
      String ended = text.isEmpty() || unified.endsWith("\n") && text.endsWith("\n") ? "" : "\n";
      assertThat(whole.toString(StandardCharsets.ISO_8859_1)).isEqualTo(unified + ended);
    }
  }

  /** What this parser takes, another takes too, and reads the same out of it. */
  private static void ndjson(byte[] input) {
    try {
      SendRequest request =
          SendObject.parse(ByteString.copyFrom(input), 1, SendRequest.getDefaultInstance());
      String text = new String(input, StandardCharsets.UTF_8);
      JsonObject reference = reference(text);
      if (reference.has("text")) {
        String body = reference.get("text").getAsString();
        assertThat(request.getBody()).isEqualTo(ByteString.copyFromUtf8(body));
        String written = new Json().put("text", body).toString();
        assertThat(dev.parley.cli.text.JsonObject.parse(written).string("text")).contains(body);
      }
    } catch (CommandFailure e) {
      assertThat(String.valueOf(e.getMessage()).length()).isLessThan(500);
    }
  }

  private static JsonObject reference(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (JsonParseException e) {
      String again = e.getMessage();
      if (again != null && again.contains("duplicate")) {
        return new JsonObject();
      }
      throw new AssertionError("taken, and no JSON: " + text, e);
    }
  }

  private static void duration(byte[] input) {
    Durations.parse(new String(input, StandardCharsets.UTF_8))
        .ifPresent(
            duration -> {
              assertThat(duration.isNegative()).isFalse();
              assertThat(duration).isLessThanOrEqualTo(Duration.ofNanos(Long.MAX_VALUE));
              assertThat(Durations.show(duration)).isNotEmpty();
            });
  }

  private static void terminalText(byte[] input) {
    Plain.utf8(ByteBuffer.wrap(input))
        .ifPresent(text -> assertThat(text.getBytes(StandardCharsets.UTF_8)).isEqualTo(input));
    String hostile = new String(input, StandardCharsets.UTF_8);
    assertThat(Plain.text(hostile).chars())
        .noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t');
    assertThat(Plain.line(hostile).chars()).noneMatch(Character::isISOControl);
  }
}
