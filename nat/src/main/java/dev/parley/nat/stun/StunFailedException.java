package dev.parley.nat.stun;

/** A STUN server did not say what our address is. The message names the server and the reason. */
public final class StunFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  public StunFailedException(String message) {
    super(message);
  }
}
