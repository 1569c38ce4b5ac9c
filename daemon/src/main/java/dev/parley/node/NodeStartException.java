package dev.parley.node;

/**
 * A node could not start; nothing of it is left running. The message is a sentence for the user.
 */
public final class NodeStartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;

  NodeStartException(String message, String hint, Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  /** What to do next. */
  public String hint() {
    return hint;
  }
}
