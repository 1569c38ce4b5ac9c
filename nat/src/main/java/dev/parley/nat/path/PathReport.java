package dev.parley.nat.path;

/**
 * A path as people are shown it.
 *
 * @param remote IP:PORT, or the relay's name
 * @param rttNanos smoothed round trip; -1 before the first measurement
 */
public record PathReport(PathKind kind, PathTransport transport, String remote, long rttNanos) {}
