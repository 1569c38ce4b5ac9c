package dev.parley.nat.tcp;

import dev.parley.nat.path.Places;
import java.net.InetAddress;

/**
 * How many connections from outside there may be that are not tied to a peer. Confined to the event
 * loop.
 */
final class Untied {
  static final int MAX = 64;
  static final int MAX_PER_SOURCE = 8;
  static final double PER_SECOND = 100;
  static final double PER_SOURCE_PER_SECOND = 20;

  private static final Places.Limits LIMITS =
      new Places.Limits(MAX, MAX_PER_SOURCE, PER_SECOND, PER_SOURCE_PER_SECOND);

  private final Places places;

  Untied(long now) {
    this.places = new Places(LIMITS, now);
  }

  boolean admit(InetAddress from, long now) {
    return places.admit(Places.sourceOf(from), now);
  }

  /** A connection that was admitted is tied, or closed. */
  void left(InetAddress from) {
    places.left(Places.sourceOf(from));
  }

  int size() {
    return places.taken();
  }
}
