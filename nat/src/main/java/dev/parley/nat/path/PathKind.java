package dev.parley.nat.path;

/** What stands between the two ends of a path, best first. */
public enum PathKind {
  DIRECT,
  TURN,
  RELAY
}
