package dev.parley.nat.mapping;

/** What a mapped port is spoken to by. */
public enum MappedTransport {
  UDP(17, 1),
  TCP(6, 2);

  private final int number;
  private final int natPmpOpcode;

  MappedTransport(int number, int natPmpOpcode) {
    this.number = number;
    this.natPmpOpcode = natPmpOpcode;
  }

  /** As IANA numbers it, and PCP calls it (RFC 6887 §11.1). */
  int number() {
    return number;
  }

  /** RFC 6886 §3.3. */
  int natPmpOpcode() {
    return natPmpOpcode;
  }
}
