package dev.parley.cli.client;

/** A command failed. The message is a sentence for the user: what failed and why. */
public final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final String word;
  private final String hint;

  public CommandFailure(int exitCode, String word, String message, String hint) {
    super(message);
    this.exitCode = exitCode;
    this.word = word;
    this.hint = hint;
  }

  /** A failure of no special kind. */
  public static CommandFailure of(String message, String hint) {
    return new CommandFailure(ExitCode.FAILURE, "failed", message, hint);
  }

  public static CommandFailure usage(String message, String hint) {
    return new CommandFailure(ExitCode.USAGE, "usage", message, hint);
  }

  public static CommandFailure timedOut(String message, String hint) {
    return new CommandFailure(ExitCode.TIMED_OUT, "timed-out", message, hint);
  }

  public int exitCode() {
    return exitCode;
  }

  /** For scripts: "error" in JSON. */
  public String word() {
    return word;
  }

  /** What to do next; may be empty. */
  public String hint() {
    return hint;
  }

  public String sentence() {
    return String.valueOf(getMessage());
  }
}
