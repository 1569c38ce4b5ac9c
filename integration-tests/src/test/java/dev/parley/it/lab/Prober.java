package dev.parley.it.lab;

import dev.parley.it.nat.Filtering;
import dev.parley.it.nat.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Finds out how networks of a laboratory really behave, by packets from their hosts. */
public final class Prober {
  private static final List<String> SERVER = List.of(Internet.CORE, Internet.CORE_TOO);

  private Prober() {}

  /** What a network does; unsolicited tells whether a port that has sent nothing is reached. */
  public record Behaviour(Mapping mapping, Filtering filtering, boolean unsolicited) {}

  /** A probe that runs. */
  public static final class Probe {
    private final JavaTool tool;

    private Probe(JavaTool tool) {
      this.tool = tool;
    }

    public Behaviour behaviour() {
      String[] words = tool.line().split(" ", -1);
      return new Behaviour(
          Mapping.valueOf(words[0]), Filtering.valueOf(words[1]), Boolean.parseBoolean(words[2]));
    }

    public boolean survived() {
      return Boolean.parseBoolean(tool.line());
    }
  }

  public static Prober on(Internet internet) {
    JavaTool.start(internet.core(), ProbeServer.class, SERVER).line();
    return new Prober();
  }

  /** Starts to find out how this place maps and filters. */
  public Probe probe(Site site) {
    return new Probe(JavaTool.start(site.host(), ProbeClient.class, SERVER));
  }

  /** Starts to find out whether a mapping outlives such a silence. */
  public Probe probe(Site site, Duration silence) {
    List<String> arguments = new ArrayList<>(SERVER);
    arguments.add(Long.toString(silence.toMillis()));
    return new Probe(JavaTool.start(site.host(), ProbeClient.class, arguments));
  }
}
