package dev.parley.files.content;

/** What was to be sent cannot be. The message is a sentence for the user. */
public final class SourceException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** It is not there, may not be read, or is nothing that can be sent. */
    UNREADABLE,
    /** There is more of it than one transfer takes. */
    TOO_MUCH,
    /** It is not what it was when it was offered. */
    CHANGED
  }

  private final Reason reason;

  SourceException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
