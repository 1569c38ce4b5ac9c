package dev.parley.messaging;

/** A change was not kept, or something could not be read. The message is for the user. */
public final class StorageFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** No room on the disk. */
    FULL,
    /** The disk or the database does not do what it should, or cannot keep up. */
    FAILING,
    /** The store is closed. */
    CLOSED
  }

  private final Kind kind;

  public StorageFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public StorageFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
