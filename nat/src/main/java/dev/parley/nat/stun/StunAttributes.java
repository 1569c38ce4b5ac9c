package dev.parley.nat.stun;

/** The attribute types that this package reads or writes (RFC 8489 §18.3). */
public final class StunAttributes {
  public static final int MAPPED_ADDRESS = 0x0001;
  public static final int USERNAME = 0x0006;

  /** RFC 5780 §7.2. */
  public static final int CHANGE_REQUEST = 0x0003;

  public static final int MESSAGE_INTEGRITY = 0x0008;
  public static final int ERROR_CODE = 0x0009;
  public static final int UNKNOWN_ATTRIBUTES = 0x000A;
  public static final int XOR_MAPPED_ADDRESS = 0x0020;
  public static final int SOFTWARE = 0x8022;
  public static final int FINGERPRINT = 0x8028;

  /** RFC 5780 §7.3: where the answer came from. */
  public static final int RESPONSE_ORIGIN = 0x802B;

  /** RFC 5780 §7.4: where it would come from if asked for another address and port. */
  public static final int OTHER_ADDRESS = 0x802C;

  /** Types below this must be understood, or the message refused (RFC 8489 §14). */
  public static final int FIRST_OPTIONAL = 0x8000;

  private StunAttributes() {}
}
