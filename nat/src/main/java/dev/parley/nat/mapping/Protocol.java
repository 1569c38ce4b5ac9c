package dev.parley.nat.mapping;

/** How a gateway is asked; the better ones first. */
public enum Protocol {
  PCP("pcp"),
  NAT_PMP("nat-pmp"),
  UPNP("upnp");

  private final String word;

  Protocol(String word) {
    this.word = word;
  }

  /** As reports name it. */
  public String word() {
    return word;
  }
}
