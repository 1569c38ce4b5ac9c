package dev.parley.it.lab;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a {@link DelayLine} does to the frames that go out at each of its ports.
 *
 * @param delay how long each takes
 * @param jitter and up to so much longer, by chance
 * @param bitsPerSecond of whole frames; 0: as fast as the machine is
 * @param queueBytes what may wait for the line at a port; a frame that finds no room is dropped
 * @param lossPerMille the chance of each to be lost, whatever else happens
 * @param seed of chance
 */
public record Line(
    Duration delay,
    Duration jitter,
    long bitsPerSecond,
    long queueBytes,
    int lossPerMille,
    long seed) {
  private static final long ENDLESS = Long.MAX_VALUE / 4;

  /** One that delays, half of the round trip each way, and does nothing else. */
  public static Line withRoundTrip(Duration roundTrip) {
    return new Line(roundTrip.dividedBy(2), Duration.ZERO, 0, ENDLESS, 0, 1);
  }

  public Line withJitter(Duration most, long newSeed) {
    return new Line(delay, most, bitsPerSecond, queueBytes, lossPerMille, newSeed);
  }

  public Line withRate(long newBitsPerSecond, long newQueueBytes) {
    return new Line(delay, jitter, newBitsPerSecond, newQueueBytes, lossPerMille, seed);
  }

  public Line withLoss(int perMille) {
    return new Line(delay, jitter, bitsPerSecond, queueBytes, perMille, seed);
  }

  List<String> arguments() {
    return Stream.of(
            delay.toNanos(), jitter.toNanos(), bitsPerSecond, queueBytes, (long) lossPerMille, seed)
        .map(String::valueOf)
        .toList();
  }

  static Line of(String[] arguments, int first) {
    return new Line(
        Duration.ofNanos(Long.parseLong(arguments[first])),
        Duration.ofNanos(Long.parseLong(arguments[first + 1])),
        Long.parseLong(arguments[first + 2]),
        Long.parseLong(arguments[first + 3]),
        Integer.parseInt(arguments[first + 4]),
        Long.parseLong(arguments[first + 5]));
  }
}
