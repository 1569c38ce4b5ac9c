package dev.parley.messaging;

/** A message was not accepted; nothing of it is kept. */
public final class MessageRejected extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    TOO_LARGE,
    BAD_CONTENT_TYPE,
    BAD_CLIENT_ID,
    BAD_LIFETIME,
    /** Another message was sent under this client id. */
    CLIENT_ID_TAKEN,
    QUEUE_FULL,
    STORAGE_FULL,
    STORAGE_FAILING,
    SHUTTING_DOWN
  }

  private final Reason reason;

  public MessageRejected(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
