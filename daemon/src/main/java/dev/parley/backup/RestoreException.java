package dev.parley.backup;

/** Nothing was restored, and what was there is as it was. The message is for the user. */
public final class RestoreException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;

  RestoreException(String message, String hint, Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  RestoreException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  /** What to do next. */
  public String hint() {
    return hint;
  }
}
