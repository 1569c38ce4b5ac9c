package dev.parley.it.faults.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What a process is to suffer.
 *
 * @param point where it ends; empty for nowhere
 * @param after how often it passes there first
 * @param clock by how much its clock is wrong
 * @param commitDelay how much longer each commit takes
 */
public record Orders(String point, int after, Duration clock, Duration commitDelay) {
  public static final Orders NONE = new Orders("", 0, Duration.ZERO, Duration.ZERO);

  /** The exit code of a process that has ended at its point. */
  public static final int ENDED_AT_POINT = 77;

  public Orders endingAt(FaultPoint where, int afterPasses) {
    return new Orders(where.name(), afterPasses, clock, commitDelay);
  }

  public Orders endingNowhere() {
    return new Orders("", 0, clock, commitDelay);
  }

  public Orders withClock(Duration wrong) {
    return new Orders(point, after, wrong, commitDelay);
  }

  public Orders withCommitDelay(Duration delay) {
    return new Orders(point, after, clock, delay);
  }

  /** Where a process writes how often it has passed each point. */
  public static Path passesOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".passes");
  }

  /** As the file has it. */
  public String text() {
    return "point="
        + point
        + "\nafter="
        + after
        + "\nclock="
        + clock.toMillis()
        + "\ncommit="
        + commitDelay.toMillis()
        + "\n";
  }

  static Orders parse(String text) {
    Map<String, String> values = new HashMap<>();
    text.lines()
        .map(line -> line.split("=", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> values.put(pair[0], pair[1]));
    return new Orders(
        values.getOrDefault("point", ""),
        Integer.parseInt(values.getOrDefault("after", "0")),
        Duration.ofMillis(Long.parseLong(values.getOrDefault("clock", "0"))),
        Duration.ofMillis(Long.parseLong(values.getOrDefault("commit", "0"))));
  }
}
