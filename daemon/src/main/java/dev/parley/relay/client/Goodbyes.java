package dev.parley.relay.client;

import dev.parley.relay.v1.GoAway;
import java.time.Duration;

/** What a relay's last word means for us. */
final class Goodbyes {
  private Goodbyes() {}

  static RelayProblem problemOf(GoAway goAway) {
    // Unsigned on the wire; a relay that asks for weeks is not waited for that long anyway.
    Duration retryAfter = Duration.ofMillis(Integer.toUnsignedLong(goAway.getRetryAfterMillis()));
    return switch (goAway.getReason()) {
      case RESTARTING -> new RelayProblem.Restarting(retryAfter);
      case REPLACED -> new RelayProblem.Replaced();
      case UNSUPPORTED_VERSION -> new RelayProblem.OtherVersion(0, 0);
      case BAD_SIGNATURE -> new RelayProblem.KeyRefused();
      case FULL -> new RelayProblem.Full(retryAfter);
      case RATE_LIMITED -> new RelayProblem.RateLimited(retryAfter);
      case PROTOCOL_ERROR -> new RelayProblem.NoRelay("it says that we broke the protocol");
      case REASON_UNSPECIFIED, UNRECOGNIZED -> new RelayProblem.Lost("it ended the connection");
    };
  }
}
