package dev.parley.pairing;

/** Which of the two sides. The words go into what both sign and derive: see docs/protocol.md. */
public enum PairingRole {
  INVITE("invite", 1),
  ACCEPT("accept", 2);

  private final String word;
  private final int number;

  PairingRole(String word, int number) {
    this.word = word;
    this.number = number;
  }

  String word() {
    return word;
  }

  /** In what is signed. */
  byte number() {
    return (byte) number;
  }

  PairingRole other() {
    return this == INVITE ? ACCEPT : INVITE;
  }
}
