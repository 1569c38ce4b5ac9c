package dev.parley.it.nat;

/** For which destinations a NAT uses the same public address and port (RFC 4787 §4.1). */
public enum Mapping {
  NONE("none"),
  ENDPOINT_INDEPENDENT("endpoint-independent"),
  ADDRESS_DEPENDENT("address-dependent"),
  ADDRESS_AND_PORT_DEPENDENT("address-and-port-dependent"),
  BLOCKED("blocked");

  private final String words;

  Mapping(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
