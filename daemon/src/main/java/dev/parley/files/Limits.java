package dev.parley.files;

import java.time.Duration;

/** What one peer, and all together, may take up. */
final class Limits {
  /** Offers and transfers that are not over, from one peer, and to one peer. */
  static final int MAX_OPEN_PER_PEER = 64;

  static final int MAX_OPEN = 1_024;

  /** Under way at the same time, in each direction: more would be none the faster. */
  static final int MAX_ACTIVE_PER_PEER = 4;

  static final int MAX_ACTIVE = 8;

  /** Streams that a peer has opened and that are not over. */
  static final int MAX_STREAMS_PER_PEER = 32;

  /** Streams on which a peer is told something. */
  static final int MAX_TELLING_PER_PEER = 8;

  /** After something went wrong that may be over soon; doubled up to the longest. */
  static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private Limits() {}

  static Duration pause(int pauses) {
    long millis = FIRST_PAUSE.toMillis() << Math.min(pauses, 10);
    return Duration.ofMillis(Math.min(LONGEST_PAUSE.toMillis(), millis));
  }
}
