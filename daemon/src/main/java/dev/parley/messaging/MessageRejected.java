package dev.parley.messaging;

/** A message was not accepted; nothing of it is kept. */
public final class MessageRejected extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The body has more than {@link Messages#MAX_BODY_BYTES}. */
    TOO_LARGE,
    BAD_CONTENT_TYPE,
    /** Not 1 to {@link Messages#MAX_CLIENT_ID_CHARACTERS} printable ASCII characters. */
    BAD_CLIENT_ID,
    /** Not 1 ms to 100 years. */
    BAD_LIFETIME,
    /** Another message was sent under this client id. */
    CLIENT_ID_TAKEN,
    /** Too many messages wait for this peer, or for the disk: try again later. */
    QUEUE_FULL,
    /** There is no room on the disk: try again when there is. */
    STORAGE_FULL,
    /** The disk does not do what it should. */
    STORAGE_FAILING,
    /** The node is closing. */
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
