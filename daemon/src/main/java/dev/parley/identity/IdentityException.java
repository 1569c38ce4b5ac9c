package dev.parley.identity;

/** This node's key cannot be used. The message is a sentence for the user. */
public final class IdentityException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The key is encrypted, and nobody gave a passphrase. */
    PASSPHRASE_NEEDED,
    WRONG_PASSPHRASE,
    /** Other users of this machine can reach the key. */
    KEY_EXPOSED,
    /** The file holds no Ed25519 key. It is left as it is. */
    KEY_CORRUPT,
    /** The files cannot be read or written. */
    STORAGE_FAILING
  }

  private final Reason reason;
  private final String hint;

  IdentityException(Reason reason, String message, String hint) {
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
