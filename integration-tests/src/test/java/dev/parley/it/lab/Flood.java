package dev.parley.it.lab;

import java.util.List;

/** A host of the laboratory that sends forged STUN packets. */
public final class Flood {
  private final JavaTool tool;

  private Flood(JavaTool tool) {
    this.tool = tool;
  }

  /** Begins to send so many a second. */
  public static Flood begin(Namespace from, String host, int port, int perSecond, int seconds) {
    return new Flood(
        JavaTool.start(
            from,
            StunFlood.class,
            List.of(
                host,
                Integer.toString(port),
                Integer.toString(perSecond),
                Integer.toString(seconds))));
  }

  /** Waits for its end; how many packets it has sent. */
  public long sent() {
    return Long.parseLong(tool.line());
  }
}
