package dev.parley.contacts;

/** A change of the address book was refused. The message is a sentence for the user. */
public final class ContactException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    BAD_NAME,
    BAD_TICKET,
    NAME_TAKEN,
    STORAGE_FAILING
  }

  private final Reason reason;
  private final String hint;

  public ContactException(Reason reason, String message, String hint) {
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
