package dev.parley.nat.sim;

import dev.parley.nat.path.PathKind;
import java.time.Duration;
import java.util.List;

/** Two nodes that talk, and what can be measured of it. */
final class Couple {
  static final Duration STUN_ANSWERS = Duration.ofSeconds(1);
  static final Duration BETWEEN_DATAGRAMS = Duration.ofMillis(20);

  final Internet internet;
  final MiniNode alice;
  final MiniNode bob;

  /** The most copies of one datagram that have left since the talk began. */
  private int mostCopies;

  Couple(Internet internet, Site one, Site other) {
    this.internet = internet;
    this.alice = one.node("alice");
    this.bob = other.node("bob");
    internet.time.run(STUN_ANSWERS);
  }

  /** Two behind NATs of their own. */
  static Couple behind(long seed, NatRules one, NatRules other) {
    Internet internet = new Internet(seed);
    return new Couple(internet, internet.behind(one), internet.behind(other));
  }

  /** The same, after a direct path has been found. */
  static Couple direct(long seed, NatRules one, NatRules other) {
    Couple couple = behind(seed, one, other);
    couple.alice.dial(couple.bob);
    if (!couple.awaitDirect(Duration.ofSeconds(2))) {
      throw new AssertionError("not direct, seed " + seed);
    }
    return couple;
  }

  boolean areDirect() {
    return alice.isDirectTo(bob) && bob.isDirectTo(alice);
  }

  boolean areRelayed() {
    return List.of(alice.pathTo(bob), bob.pathTo(alice)).stream()
        .allMatch(path -> path.filter(p -> p.kind() == PathKind.RELAY).isPresent());
  }

  boolean awaitDirect(Duration atMost) {
    return internet.time.runUntil(this::areDirect, atMost);
  }

  /** The network drops what they send to each other straight, or no longer. */
  void cut(boolean dropped) {
    internet.cut(alice.site(), bob.site(), dropped);
  }

  void pass(Duration time) {
    internet.time.run(time);
  }

  /** Both say something fifty times a second. */
  void talk(Duration time) {
    talk(time, BETWEEN_DATAGRAMS);
  }

  void talk(Duration time, Duration pause) {
    long end = internet.time.nanos() + time.toNanos();
    while (internet.time.nanos() < end) {
      mostCopies = Math.max(mostCopies, Math.max(alice.say(bob), bob.say(alice)));
      internet.time.run(pause);
    }
  }

  /** Talks until both are direct again; the virtual milliseconds it took, or -1. */
  long talkUntilDirect(Duration atMost) {
    long begun = internet.time.millis();
    while (!areDirect()) {
      if (internet.time.millis() - begun > atMost.toMillis()) {
        return -1;
      }
      talk(BETWEEN_DATAGRAMS);
    }
    return internet.time.millis() - begun;
  }

  int mostCopies() {
    return mostCopies;
  }

  void forgetCopies() {
    mostCopies = 0;
  }

  long longestGapMillis() {
    return Math.max(alice.heardOf(bob).longestGapMillis(), bob.heardOf(alice).longestGapMillis());
  }

  void forgetHeard() {
    alice.heardOf(bob).reset();
    bob.heardOf(alice).reset();
  }

  int switches() {
    return alice.switches().size() + bob.switches().size();
  }
}
