package dev.parley.pairing;

/** A pairing has failed. The message is a sentence for the user. */
public final class PairingException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** No code, or a word that is on no list. No attempt was made. */
    BAD_CODE,
    /** The two sides have different words. The code is dead. */
    WRONG_CODE,
    EXPIRED,
    /** Nobody waits with this number at the relay. */
    NO_SUCH_INVITATION,
    /** The relay is of a version that has no rendezvous. */
    NO_RENDEZVOUS,
    NO_RELAY,
    RELAY_UNREACHABLE,
    /** As many attempts as the relay or this node allows. */
    LIMIT,
    /** The other side, or somebody in between, does not keep to the protocol. The code is dead. */
    BROKEN,
    /** The other side has gone before both were done. */
    INTERRUPTED,
    /** A name for the contact that cannot be one, or belongs to another. */
    BAD_NAME,
    STORAGE_FAILING
  }

  private final Reason reason;
  private final String hint;

  public PairingException(Reason reason, String message, String hint) {
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
