package dev.parley.diagnosis;

import dev.parley.link.LinkPath;
import java.util.Optional;

/**
 * All that is known of the way to a peer at one moment.
 *
 * @param path present while the link is up
 * @param pinned the kind of path that somebody has asked to hold the link on
 * @param here what this side knows of its own network
 * @param there what the peer has told of its own
 * @param sameNat whether both have the same outer address
 * @param problem how the last dial failed, in words, or empty
 */
public record Situation(
    LinkState link,
    Optional<LinkPath> path,
    Optional<LinkPath.Kind> pinned,
    Optional<NatFacts> here,
    Optional<NatFacts> there,
    boolean sameNat,
    Checks checks,
    Relays relays,
    String problem) {

  /** Of the link with the peer. */
  public enum LinkState {
    UP,
    /** None, and nothing waits for one. */
    NOT_WANTED,
    CONNECTING,
    FAILED
  }

  /** How the attempts to find a direct path have gone. */
  public enum Checks {
    NOT_BEGUN,
    UNDER_WAY,
    /** At least one has ended, without a pair that works. */
    FAILED,
    /** One has ended with a pair that worked then. */
    PASSED
  }

  /** Of the relays by which the peer is to be found. */
  public enum Relays {
    CONNECTED,
    NOT_CONNECTED,
    /** None is known, but an address is. */
    NONE_KNOWN,
    /** Neither a relay nor an address is known. */
    NOTHING_KNOWN
  }
}
