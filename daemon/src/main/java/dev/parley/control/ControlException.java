package dev.parley.control;

/** The daemon cannot serve from this home. The message is a sentence for the user. */
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;

  ControlException(String message, String hint, Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  /** What to do next. */
  public String hint() {
    return hint;
  }
}
