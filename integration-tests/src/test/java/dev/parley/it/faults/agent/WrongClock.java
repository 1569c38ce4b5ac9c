package dev.parley.it.faults.agent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Supplier;

/** A clock that somebody sets again and again. */
final class WrongClock extends Clock {
  private final Clock right;
  private final Supplier<Duration> wrong;

  WrongClock(Clock right, Supplier<Duration> wrong) {
    this.right = right;
    this.wrong = wrong;
  }

  @Override
  public ZoneId getZone() {
    return right.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new WrongClock(right.withZone(zone), wrong);
  }

  @Override
  public Instant instant() {
    return right.instant().plus(wrong.get());
  }
}
