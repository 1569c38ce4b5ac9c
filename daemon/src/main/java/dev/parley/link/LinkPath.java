package dev.parley.link;

import java.time.Duration;
import java.util.Optional;

/**
 * A path as people are shown it.
 *
 * @param remote IP:PORT, or the relay's URL
 * @param rtt the smoothed round trip, once measured
 */
public record LinkPath(Kind kind, Transport transport, String remote, Optional<Duration> rtt) {
  /** What carries the packets. */
  public enum Kind {
    DIRECT,
    RELAY,
    TURN
  }

  /** What the packets travel in. */
  public enum Transport {
    UDP,
    TCP
  }
}
