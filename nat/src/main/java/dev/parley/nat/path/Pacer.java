package dev.parley.nat.path;

/**
 * A token bucket in bytes. Off until it is given a rate.
 *
 * <p>QUIC hands its whole window to the socket at once, which overflows shallow queues on the way;
 * spreading it at 1.25 times the rate at which it drains keeps the queue short and the rate up. A
 * credit of one millisecond lets fast networks go at full speed; of at least {@link
 * #MIN_BURST_BYTES}, slow ones, but it stays well below the shallowest queues, of 64 KiB.
 */
final class Pacer {
  static final int MIN_BURST_BYTES = 16_384;

  /**
   * No lower rate is kept to: a measurement that went wrong must slow a link, not stop it. At this
   * rate a burst is over in an eighth of a second.
   */
  static final double LOWEST_BYTES_PER_NANO = 128e3 / 1e9;

  private static final double BURST_NANOS = 1_000_000;

  private double bytesPerNano;
  private double credit;
  private long filledAt;

  /** Zero turns pacing off. */
  void setRate(double newBytesPerNano, long now) {
    if (isOff()) {
      credit = MIN_BURST_BYTES;
      filledAt = now;
    }
    bytesPerNano = newBytesPerNano > 0 ? Math.max(newBytesPerNano, LOWEST_BYTES_PER_NANO) : 0;
  }

  boolean isOff() {
    return bytesPerNano == 0;
  }

  /** Takes the bytes and returns 0, or returns the nanoseconds to wait before asking again. */
  long take(int bytes, long now) {
    if (isOff()) {
      return 0;
    }
    double burst = Math.max(MIN_BURST_BYTES, bytesPerNano * BURST_NANOS);
    credit = Math.min(burst, credit + (now - filledAt) * bytesPerNano);
    filledAt = now;
    if (credit > 0) {
      // A debt is allowed once, so that a packet larger than the burst can pass at all.
      credit -= bytes;
      return 0;
    }
    return Math.max(1, (long) Math.ceil(-credit / bytesPerNano));
  }
}
