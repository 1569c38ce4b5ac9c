package dev.parley.cli.text;

import java.util.Map;

/** Colours, where they help and are wanted. */
public enum Style {
  PLAIN,
  COLOURED;

  /** Colours on a terminal only, and never against https://no-color.org. */
  public static Style of(boolean terminal, Map<String, String> environment) {
    boolean unwanted =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "").equals("dumb");
    return terminal && !unwanted ? COLOURED : PLAIN;
  }

  public String dim(String text) {
    return in("2", text);
  }

  public String bold(String text) {
    return in("1", text);
  }

  public String good(String text) {
    return in("32", text);
  }

  public String bad(String text) {
    return in("31", text);
  }

  private String in(String code, String text) {
    return this == PLAIN ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
