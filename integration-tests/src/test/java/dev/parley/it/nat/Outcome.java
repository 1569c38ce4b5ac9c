package dev.parley.it.nat;

/** How two peers end up talking. */
public enum Outcome {
  DIRECT_UDP("direct"),
  DIRECT_TCP("direct over TCP"),
  RELAYED("relayed");

  private final String words;

  Outcome(String words) {
    this.words = words;
  }

  public boolean isDirect() {
    return this != RELAYED;
  }

  @Override
  public String toString() {
    return words;
  }
}
