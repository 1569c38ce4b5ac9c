package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which of a node's relays is its home: a pure function of what is known about each. */
final class HomeSelection {
  /**
   * A new home must be nearer by both: peers have to hear of every change, so noise must not cause
   * one. The part is for far relays, the milliseconds for near ones.
   */
  static final double MIN_GAIN = 0.2;

  static final Duration MIN_GAIN_TIME = Duration.ofMillis(10);

  /**
   * @param rtt empty until measured
   */
  record Candidate(RelayUrl url, boolean connected, Optional<Duration> rtt) {}

  private HomeSelection() {}

  /**
   * The home from now on: the present one, unless another is connected and this one is not, or is
   * much farther. While none is connected the present one stays: peers know it, and it may be back.
   *
   * @param candidates in the order of the configuration, which decides among equals
   */
  static Optional<RelayUrl> choose(Optional<RelayUrl> present, List<Candidate> candidates) {
    Optional<Candidate> best =
        candidates.stream()
            .filter(Candidate::connected)
            .min(Comparator.comparing(c -> c.rtt().orElse(Duration.ofDays(1))));
    Optional<Candidate> staying =
        candidates.stream()
            .filter(c -> c.connected() && present.equals(Optional.of(c.url())))
            .findFirst();
    if (staying.isPresent() && !isMuchNearer(best.orElseThrow(), staying.get())) {
      return present;
    }
    return best.map(Candidate::url).or(() -> present);
  }

  private static boolean isMuchNearer(Candidate best, Candidate staying) {
    if (best.rtt().isEmpty() || staying.rtt().isEmpty()) {
      // An unmeasured home is nearly always one that has just connected.
      return false;
    }
    Duration gain = staying.rtt().get().minus(best.rtt().get());
    return gain.compareTo(MIN_GAIN_TIME) >= 0
        && gain.toNanos() >= MIN_GAIN * staying.rtt().get().toNanos();
  }
}
