package dev.parley.it.nat;

/** The kinds of networks that a peer may be in. */
public enum NatKind {
  OPEN("open", Mapping.NONE, Filtering.NONE),
  /** Also forwards TCP to the port whose UDP it maps, as a router with a port mapping does. */
  FULL_CONE("full cone", Mapping.ENDPOINT_INDEPENDENT, Filtering.ENDPOINT_INDEPENDENT),
  ADDRESS_RESTRICTED(
      "address-restricted", Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_DEPENDENT),
  PORT_RESTRICTED(
      "port-restricted", Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT),
  /** A port-restricted home router behind a port-restricted carrier's. */
  DOUBLE_NAT("double NAT", Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT),
  /** A new random port for each destination. */
  SYMMETRIC("symmetric", Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT),
  /** Lets TCP out, and nothing else. */
  UDP_BLOCKED("UDP blocked", Mapping.BLOCKED, Filtering.BLOCKED);

  private final String words;
  private final Mapping mapping;
  private final Filtering filtering;

  NatKind(String words, Mapping mapping, Filtering filtering) {
    this.words = words;
    this.mapping = mapping;
    this.filtering = filtering;
  }

  public Mapping mapping() {
    return mapping;
  }

  public Filtering filtering() {
    return filtering;
  }

  @Override
  public String toString() {
    return words;
  }
}
