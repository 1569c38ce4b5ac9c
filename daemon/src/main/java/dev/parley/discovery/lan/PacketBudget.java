package dev.parley.discovery.lan;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many packets are looked at in a second, on one interface. Who sends more than his share is
 * not heard any more in that second, and the others are. Owned by the thread of the LAN.
 */
final class PacketBudget {
  static final int PER_SECOND = 256;

  /** A machine has a few services, and tells each a few times. */
  static final int PER_SOURCE_AND_SECOND = 32;

  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Map<InetAddress, Integer> taken = new HashMap<>();
  private long windowBegan;
  private int all;
  private long refused;

  PacketBudget(long nowNanos) {
    this.windowBegan = nowNanos;
  }

  boolean take(InetAddress source, long nowNanos) {
    if (nowNanos - windowBegan >= WINDOW_NANOS) {
      windowBegan = nowNanos;
      all = 0;
      taken.clear();
    }
    // Sources without end share what is left: no more than PER_SECOND are remembered.
    if (all >= PER_SECOND || taken.getOrDefault(source, 0) >= PER_SOURCE_AND_SECOND) {
      refused++;
      return false;
    }
    all++;
    taken.merge(source, 1, Integer::sum);
    return true;
  }

  /** Packets that were not looked at, since the start. */
  long refused() {
    return refused;
  }
}
