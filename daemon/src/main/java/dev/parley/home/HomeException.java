package dev.parley.home;

/** A home cannot be used. The message is a sentence for the user. */
public final class HomeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;

  HomeException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  HomeException(String message, String hint, Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  /** What to do next. */
  public String hint() {
    return hint;
  }
}
