package dev.parley.it.nat;

/** From whom a NAT or firewall lets packets in to a mapping that exists (RFC 4787 §5). */
public enum Filtering {
  NONE("none"),
  ENDPOINT_INDEPENDENT("endpoint-independent"),
  ADDRESS_DEPENDENT("address-dependent"),
  ADDRESS_AND_PORT_DEPENDENT("address-and-port-dependent"),
  BLOCKED("blocked");

  private final String words;

  Filtering(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
