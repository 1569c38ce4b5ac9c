package dev.parley.identity.sealedfile;

import java.io.IOException;

/** A file that cannot be opened. The message is a phrase for the user. */
public final class SealedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** It does not begin as these files do. */
    OTHER_KIND,
    /** Of a later version of parley. */
    LATER_VERSION,
    /** Its header asks for more memory or time than any of ours. */
    EXCESSIVE,
    WRONG_PASSPHRASE,
    /** Truncated, reordered or changed. */
    DAMAGED
  }

  private final Reason reason;

  public SealedFileException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
