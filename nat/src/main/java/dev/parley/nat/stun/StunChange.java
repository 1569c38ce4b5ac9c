package dev.parley.nat.stun;

/** From where a server is asked to answer (RFC 5780 §7.2). */
public enum StunChange {
  /** From where it was asked. */
  NONE(0),
  PORT(0x2),
  ADDRESS_AND_PORT(0x6);

  private final int flags;

  StunChange(int flags) {
    this.flags = flags;
  }

  int flags() {
    return flags;
  }
}
