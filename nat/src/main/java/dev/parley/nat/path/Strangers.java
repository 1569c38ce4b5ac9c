package dev.parley.nat.path;

/**
 * How many flows may be begun from outside: bounds what an unproven sender can make us hold. A
 * source is an address as of {@link Places#sourceOf}, or a key at a relay. Confined to the event
 * loop.
 */
final class Strangers {
  /** Flows whose peer is unproven, at a time. */
  static final int MAX_UNNAMED = 512;

  /** The same, of one source. */
  static final int MAX_UNNAMED_PER_SOURCE = 128;

  static final double PER_SECOND = 400;

  static final double PER_SOURCE_PER_SECOND = 40;

  private static final Places.Limits LIMITS =
      new Places.Limits(MAX_UNNAMED, MAX_UNNAMED_PER_SOURCE, PER_SECOND, PER_SOURCE_PER_SECOND);

  private final Places places;

  Strangers(long now) {
    this.places = new Places(LIMITS, now);
  }

  boolean admit(PathAddress from, long now) {
    return places.admit(sourceOf(from), now);
  }

  /** A flow that was admitted from there is over, or its peer is proven. */
  void left(PathAddress from) {
    places.left(sourceOf(from));
  }

  int unnamed() {
    return places.taken();
  }

  private static Object sourceOf(PathAddress from) {
    if (from instanceof PathAddress.DirectUdp direct) {
      return Places.sourceOf(direct.address().getAddress());
    }
    return from instanceof PathAddress.DirectTcp tcp
        ? Places.sourceOf(tcp.connection().remote().getAddress())
        : from;
  }
}
