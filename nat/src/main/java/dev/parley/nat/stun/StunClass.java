package dev.parley.nat.stun;

/** The class of a message (RFC 8489 §5): two bits, C1 and C0, amid those of the method. */
public enum StunClass {
  REQUEST(0x000),
  INDICATION(0x010),
  SUCCESS(0x100),
  ERROR(0x110);

  static final int MASK = 0x110;

  private static final StunClass[] BY_BITS = {REQUEST, INDICATION, SUCCESS, ERROR};

  private final int bits;

  StunClass(int bits) {
    this.bits = bits;
  }

  int bits() {
    return bits;
  }

  static StunClass of(int type) {
    return BY_BITS[((type & 0x100) >> 7) | ((type & 0x010) >> 4)];
  }
}
