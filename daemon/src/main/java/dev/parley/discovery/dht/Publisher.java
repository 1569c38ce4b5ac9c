package dev.parley.discovery.dht;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the record is published. Does nothing itself: it is told what happens and says what is due.
 */
final class Publisher {
  /** Addresses come one after the other when a node starts. */
  static final Duration SETTLING = Duration.ofSeconds(2);

  /** A node whose addresses flap bothers the DHT no more than that. */
  static final Duration LEAST_PAUSE = Duration.ofMinutes(1);

  /** Nodes forget an item after two hours (BEP 44 "Expiration"). */
  static final Duration INTERVAL = Duration.ofHours(1);

  private long dueAt;
  private boolean due;
  private boolean running;
  private boolean changed;
  private int failures;
  private boolean begun;
  private long begunAt;
  private Optional<Instant> publishedAt = Optional.empty();

  /** There is another record. */
  void onChange(long now) {
    changed = true;
    if (!running) {
      soon(now);
    }
  }

  boolean isDue(long now) {
    return due && !running && dueAt - now <= 0;
  }

  void onBegin(long now) {
    running = true;
    changed = false;
    begun = true;
    begunAt = now;
  }

  /**
   * @param stored on how many nodes
   */
  void onEnd(int stored, long now, Instant wallClock) {
    running = false;
    if (stored > 0) {
      failures = 0;
      publishedAt = Optional.of(wallClock);
      dueAt = now + INTERVAL.toNanos();
    } else {
      failures++;
      dueAt = now + Pauses.after(failures, LEAST_PAUSE, INTERVAL).toNanos();
    }
    if (changed) {
      soon(now);
    }
  }

  private void soon(long now) {
    long settled = now + SETTLING.toNanos();
    long allowed = begun ? begunAt + LEAST_PAUSE.toNanos() : settled;
    long wanted = settled - allowed > 0 ? settled : allowed;
    // Not later for another change: they may go on for ever.
    dueAt = due && dueAt - wanted < 0 ? dueAt : wanted;
    due = true;
  }

  Optional<Instant> publishedAt() {
    return publishedAt;
  }

  boolean isFailing() {
    return failures > 0;
  }
}
