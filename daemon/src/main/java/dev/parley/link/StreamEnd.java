package dev.parley.link;

/** How a stream of bytes came to its end. */
public sealed interface StreamEnd {
  /** Both sides have ended their directions, and all has arrived. */
  record Complete() implements StreamEnd {}

  /**
   * One side has ended it at once.
   *
   * @param reason as the side that did it gave it
   */
  record Reset(int reason, boolean byPeer) implements StreamEnd {}

  /** The link was lost, or the stream never came about. For people: why. */
  record Lost(String why) implements StreamEnd {}
}
