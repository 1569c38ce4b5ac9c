package dev.parley.nat.sim;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** What connects a machine with its network, and what it does to packets, each way. */
public final class Line {
  private Duration delay;
  private Duration jitter = Duration.ZERO;
  private double loss;
  private double duplicated;
  private double reordered;
  private boolean up = true;

  public Line(Duration delay) {
    this.delay = delay;
  }

  public Line delay(Duration oneWay) {
    delay = oneWay;
    return this;
  }

  /** Up to so much more, evenly distributed: packets that are closer together change places. */
  public Line jitter(Duration atMost) {
    jitter = atMost;
    return this;
  }

  /** The share of packets that is lost, from 0 to 1. */
  public Line loss(double share) {
    loss = share;
    return this;
  }

  /** The share of packets that arrives twice. */
  public Line duplicated(double share) {
    duplicated = share;
    return this;
  }

  /** The share of packets that takes twice as long, so that later ones overtake it. */
  public Line reordered(double share) {
    reordered = share;
    return this;
  }

  public Line up(boolean plugged) {
    up = plugged;
    return this;
  }

  /** No loss, no detours, plugged in; the delay stays. */
  public Line calm() {
    return jitter(Duration.ZERO).loss(0).duplicated(0).reordered(0).up(true);
  }

  public boolean isUp() {
    return up;
  }

  boolean loses(RandomGenerator random) {
    return !up || loss > 0 && random.nextDouble() < loss;
  }

  boolean doubles(RandomGenerator random) {
    return duplicated > 0 && random.nextDouble() < duplicated;
  }

  long delayNanos(RandomGenerator random) {
    long nanos = delay.toNanos();
    if (jitter.toNanos() > 0) {
      nanos += random.nextLong(jitter.toNanos());
    }
    return reordered > 0 && random.nextDouble() < reordered ? 2 * nanos : nanos;
  }
}
