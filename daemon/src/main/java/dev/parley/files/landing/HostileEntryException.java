package dev.parley.files.landing;

/** The peer sends what no honest peer sends. The message says what, for the user. */
public final class HostileEntryException extends Exception {
  private static final long serialVersionUID = 1L;

  public HostileEntryException(String message) {
    super(message);
  }
}
