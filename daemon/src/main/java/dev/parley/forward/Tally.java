package dev.parley.forward;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what goes through a service or a forward. Thread-safe. */
final class Tally {
  private final AtomicLong open = new AtomicLong();
  private final LongAdder total = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder in = new LongAdder();
  private final LongAdder out = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private volatile String lastProblem = "";

  void opened() {
    open.incrementAndGet();
    total.increment();
  }

  void closed() {
    open.decrementAndGet();
  }

  void failed(String problem) {
    failed.increment();
    lastProblem = problem;
  }

  /** A failure that no connection had a part in; empty when it is over. */
  void problem(String problem) {
    lastProblem = problem;
  }

  void in(long bytes) {
    in.add(bytes);
  }

  void out(long bytes) {
    out.add(bytes);
  }

  void dropped() {
    dropped.increment();
  }

  String lastProblem() {
    return lastProblem;
  }

  Traffic traffic() {
    return new Traffic(open.get(), total.sum(), failed.sum(), in.sum(), out.sum(), dropped.sum());
  }
}
