package dev.parley.control;

import com.google.common.collect.ImmutableMap;
import java.util.concurrent.atomic.LongAdder;

/** What was turned away at the socket, by reason. Thread-safe. */
final class Drops {
  /** Connections of another user. */
  final LongAdder foreignUser = new LongAdder();

  /** Connections past the limit. */
  final LongAdder tooManyConnections = new LongAdder();

  /** Connections that did not begin as HTTP/2, or did not begin in time. */
  final LongAdder notGrpc = new LongAdder();

  /** Calls past the limit. */
  final LongAdder tooManyCalls = new LongAdder();

  /** By the names under which `status` shows them; those that never happened are left out. */
  ImmutableMap<String, Long> snapshot() {
    ImmutableMap.Builder<String, Long> counts = ImmutableMap.builder();
    put(counts, "controlForeignUser", foreignUser);
    put(counts, "controlTooManyConnections", tooManyConnections);
    put(counts, "controlNotGrpc", notGrpc);
    put(counts, "controlTooManyCalls", tooManyCalls);
    return counts.build();
  }

  private static void put(ImmutableMap.Builder<String, Long> counts, String name, LongAdder count) {
    long value = count.sum();
    if (value > 0) {
      counts.put(name, value);
    }
  }
}
