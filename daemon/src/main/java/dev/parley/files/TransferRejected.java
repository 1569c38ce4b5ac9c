package dev.parley.files;

/** What was asked for was not done. The message is a sentence for the user. */
public final class TransferRejected extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** Files go to contacts only. */
    NOT_A_CONTACT,
    /** There is no transfer of this id. */
    UNKNOWN_TRANSFER,
    /** It is over, or is not waiting for an answer. */
    WRONG_STATE,
    /** Too many transfers with this peer are open. */
    TOO_MANY,
    /** More than one transfer takes. */
    TOO_LARGE,
    /** Something is not there, may not be read, or is nothing that can be sent. */
    UNREADABLE,
    /** The directory cannot be made or written to. */
    BAD_DIRECTORY,
    /** The disk does not do what it should. */
    STORAGE_FAILING,
    /** The node is closing. */
    SHUTTING_DOWN
  }

  private final Reason reason;

  public TransferRejected(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
