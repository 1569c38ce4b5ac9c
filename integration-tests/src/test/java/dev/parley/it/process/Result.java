package dev.parley.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;

/** What a command has printed, and its exit code. */
public record Result(String command, int exit, String out, String err) {

  /** Requires this exit code; a failure shows what was printed. */
  public Result exits(int expected) {
    assertThat(exit).as("exit code of %s", this).isEqualTo(expected);
    return this;
  }

  public Result succeeds() {
    return exits(0);
  }

  /** The one object that was printed with --json. */
  public JsonObject json() {
    List<JsonObject> lines = jsonLines();
    assertThat(lines).as("one JSON line of %s", this).hasSize(1);
    return lines.get(0);
  }

  public List<JsonObject> jsonLines() {
    return objects(out);
  }

  /** The error that was printed with --json. */
  public JsonObject error() {
    List<JsonObject> lines = objects(err);
    assertThat(lines).as("one JSON error of %s", this).hasSize(1);
    assertThat(lines.get(0).keySet()).as("%s", this).contains("error", "message", "hint");
    return lines.get(0);
  }

  /** The error's word for scripts. */
  public String errorWord() {
    return error().get("error").getAsString();
  }

  private static List<JsonObject> objects(String text) {
    return text.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
  }

  @Override
  public String toString() {
    return "'" + command + "' (exit " + exit + ")\nstdout: " + out + "\nstderr: " + err;
  }
}
