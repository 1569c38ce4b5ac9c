package dev.parley.nat.netcheck;

/** On what a mapping, or a filter, depends (RFC 4787 §4.1, §5). */
public enum NatBehavior {
  /** There is no NAT: the address that servers see is our own. Of mappings alone. */
  NONE,
  ENDPOINT_INDEPENDENT,
  ADDRESS_DEPENDENT,
  ADDRESS_AND_PORT_DEPENDENT,
  /** Too few servers answered, or none can tell. */
  UNKNOWN
}
