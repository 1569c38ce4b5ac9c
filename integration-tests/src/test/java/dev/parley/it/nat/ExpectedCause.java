package dev.parley.it.nat;

/** Why two peers are not direct over UDP, in the words of {@code parley why} on one side. */
public enum ExpectedCause {
  NONE("none"),
  BOTH_MAP_PER_DESTINATION("bothMapPerDestination"),
  SYMMETRIC_MEETS_PORT_RESTRICTED("symmetricMeetsPortRestricted"),
  UDP_BLOCKED_HERE("udpBlockedHere"),
  UDP_BLOCKED_THERE("udpBlockedThere"),
  UDP_BLOCKED_ON_BOTH_SIDES("udpBlockedOnBothSides");

  private final String word;

  ExpectedCause(String word) {
    this.word = word;
  }

  ExpectedCause seenFromThere() {
    return switch (this) {
      case UDP_BLOCKED_HERE -> UDP_BLOCKED_THERE;
      case UDP_BLOCKED_THERE -> UDP_BLOCKED_HERE;
      default -> this;
    };
  }

  @Override
  public String toString() {
    return word;
  }
}
