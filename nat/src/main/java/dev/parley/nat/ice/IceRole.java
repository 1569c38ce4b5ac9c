package dev.parley.nat.ice;

/**
 * Which side nominates (RFC 8445 §2.3). If both claim one role, the checks themselves settle it.
 */
public enum IceRole {
  CONTROLLING,
  CONTROLLED
}
