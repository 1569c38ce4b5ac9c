package dev.parley.nat.stun;

/** The attribute types that this package reads or writes (RFC 8489 §18.3). */
public final class StunAttributes {
  public static final int MAPPED_ADDRESS = 0x0001;
  public static final int USERNAME = 0x0006;
  public static final int MESSAGE_INTEGRITY = 0x0008;
  public static final int ERROR_CODE = 0x0009;
  public static final int UNKNOWN_ATTRIBUTES = 0x000A;
  public static final int XOR_MAPPED_ADDRESS = 0x0020;
  public static final int SOFTWARE = 0x8022;
  public static final int FINGERPRINT = 0x8028;

  /** Types below this must be understood, or the message refused (RFC 8489 §14). */
  public static final int FIRST_OPTIONAL = 0x8000;

  private StunAttributes() {}
}
