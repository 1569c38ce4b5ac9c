package dev.parley.cli.client;

/** What a command's end tells a script. Stable. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int FAILURE = 1;
  public static final int USAGE = 2;
  public static final int NOT_RUNNING = 3;
  public static final int UNKNOWN_PEER = 4;
  public static final int TIMED_OUT = 5;

  private ExitCode() {}
}
