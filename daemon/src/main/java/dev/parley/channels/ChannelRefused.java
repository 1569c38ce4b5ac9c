package dev.parley.channels;

/** A channel did not come about. */
public final class ChannelRefused extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The program that serves it said no. */
    REFUSED,
    /** The peer serves no such name, and would let us in if it did. */
    UNKNOWN_SERVICE,
    /** The peer does not let us in. */
    NOT_ALLOWED,
    /** There is no link with the peer, and none came about in time. */
    PEER_OFFLINE,
    /** There is a link, and no answer came in time. */
    TIMED_OUT,
    /** One of the two nodes has as many channels with the other as it allows, or opens too fast. */
    TOO_MANY,
    /** The link was lost before the answer. */
    LINK_LOST
  }

  private final Reason reason;

  public ChannelRefused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
