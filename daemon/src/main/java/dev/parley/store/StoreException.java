package dev.parley.store;

/** The database could not be opened; nothing in it was changed. The message is for the user. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** Not a database of parley. */
    FOREIGN,
    /** Made by a later version. */
    NEWER,
    CORRUPT,
    /** The directory or the file cannot be read or written. */
    INACCESSIBLE
  }

  private final Reason reason;
  private final String hint;

  StoreException(Reason reason, String message, String hint, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.hint = hint;
  }

  StoreException(Reason reason, String message, String hint) {
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
