package dev.parley.discovery;

/** A text is no ticket that can be used. The message is a sentence for the user. */
public final class TicketException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** Something else altogether. */
    FOREIGN,
    /** A ticket of a version that is not known here. */
    NEWER_VERSION,
    TOO_LONG,
    INCOMPLETE,
    MISTYPED,
    /** Whole, but not what its peer has signed. */
    FORGED
  }

  private final Reason reason;
  private final String hint;

  TicketException(Reason reason, String message, String hint) {
    super(message);
    this.reason = reason;
    this.hint = hint;
  }

  public Reason reason() {
    return reason;
  }

  /** What to do next. */
  public String hint() {
    return hint;
  }
}
