package dev.parley.diagnosis;

/** How a peer is reached. */
public enum Verdict {
  DIRECT,
  /** Through a relay or TURN. */
  RELAYED,
  UNREACHABLE
}
