package dev.parley.nat.ice;

import java.net.InetSocketAddress;

/**
 * How one address of the peer fares in an attempt. This side has one port, and so one candidate
 * pair for each.
 */
public record IceCheck(IceCandidate.Type type, InetSocketAddress address, State state) {
  /** In one attempt there are no more than these. */
  public static final int MAX = IceCandidate.MAX + IceAttempt.MAX_PAIRS;

  /** Of the pair. */
  public enum State {
    /** For the peer's credentials. */
    WAITING,
    CHECKING,
    SUCCEEDED,
    /** No check was answered. */
    FAILED,
    /** Another was found to work first. */
    NOT_NEEDED,
    /** The attempt ended before, or this side has no address of that family. */
    NOT_CHECKED
  }
}
