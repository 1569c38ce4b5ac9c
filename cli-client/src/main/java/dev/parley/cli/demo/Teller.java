package dev.parley.cli.demo;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Style;
import java.time.Duration;
import java.util.function.Consumer;

/** Tells of each step as it happens: a line for people, an object for scripts. */
public final class Teller {
  private static final int TIME_COLUMN = 66;

  private final Consumer<String> lines;
  private final Consumer<Json> objects;
  private final boolean json;
  private final Style style;

  public Teller(Consumer<String> lines, Consumer<Json> objects, boolean json, Style style) {
    this.lines = lines;
    this.objects = objects;
    this.json = json;
    this.style = style;
  }

  /** A part of the story: does it, and says in a few words what came out. */
  interface Step {
    String happen() throws CommandFailure, InterruptedException;
  }

  void heading(String text) {
    if (!json) {
      lines.accept("\n" + style.bold(text) + "\n");
    }
  }

  /** Tells a step and how long it took; a failure is told and passed on. */
  void step(String name, Step step) throws CommandFailure, InterruptedException {
    long start = System.nanoTime();
    String outcome;
    try {
      outcome = step.happen();
    } catch (CommandFailure e) {
      told(name, false, e.sentence(), System.nanoTime() - start);
      throw e;
    }
    told(name, true, outcome, System.nanoTime() - start);
  }

  private void told(String name, boolean ok, String text, long nanos) {
    if (json) {
      objects.accept(
          new Json()
              .put("step", name)
              .put("ok", ok)
              .put("text", text)
              .putMillis("elapsedMs", Math.max(1, nanos / 1_000)));
      return;
    }
    String time = Durations.show(Duration.ofNanos(nanos));
    String gap = " ".repeat(Math.max(1, TIME_COLUMN - text.length()));
    String mark = ok ? style.good("✓") : style.bad("✗");
    lines.accept("  " + mark + " " + text + gap + style.dim(time));
  }
}
