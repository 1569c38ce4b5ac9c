package dev.parley.forward;

/** A service or a forward could not be added, or is not there. */
public final class ForwardException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** It cannot be listened at, and never could. */
    BAD_ADDRESS,
    /** Something else listens there. */
    ADDRESS_IN_USE,
    /** The name is served already. */
    SERVICE_TAKEN,
    NOT_FOUND,
    /** There are as many as a node takes. */
    TOO_MANY,
    STORAGE_FAILING
  }

  private final Reason reason;
  private final String hint;

  public ForwardException(Reason reason, String message, String hint) {
    super(message);
    this.reason = reason;
    this.hint = hint;
  }

  public Reason reason() {
    return reason;
  }

  /** What to do next; may be empty. */
  public String hint() {
    return hint;
  }
}
