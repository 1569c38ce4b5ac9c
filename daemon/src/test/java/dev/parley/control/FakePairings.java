package dev.parley.control;

import dev.parley.pairing.PairingListener;
import dev.parley.pairing.PairingPlan;
import dev.parley.pairing.Pairings;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Pairings of which a test decides what comes. */
final class FakePairings implements Pairings {
  /**
   * @param code empty for an invitation
   */
  record Begun(String code, PairingPlan plan, PairingListener listener) {}

  final List<Begun> begun = new CopyOnWriteArrayList<>();
  final AtomicInteger closed = new AtomicInteger();

  @Override
  public Handle invite(PairingPlan plan, PairingListener listener) {
    begun.add(new Begun("", plan, listener));
    return closed::incrementAndGet;
  }

  @Override
  public Handle accept(String code, PairingPlan plan, PairingListener listener) {
    begun.add(new Begun(code, plan, listener));
    return closed::incrementAndGet;
  }
}
