package dev.parley.nat.stun;

/**
 * An ERROR-CODE attribute (RFC 8489 §14.8).
 *
 * @param code from 300 to 699
 */
public record StunError(int code, String reason) {
  /** The request held an attribute that must be understood and was not. */
  public static final int UNKNOWN_ATTRIBUTE = 420;

  /** Both agents believe that they control ICE (RFC 8445 §7.3.1.1). */
  public static final int ROLE_CONFLICT = 487;

  public StunError {
    if (code < 300 || code > 699) {
      throw new IllegalArgumentException("a STUN error code is 300 to 699, not " + code);
    }
  }
}
