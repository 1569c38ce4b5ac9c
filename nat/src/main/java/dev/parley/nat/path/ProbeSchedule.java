package dev.parley.nat.path;

/**
 * When each path of a peer is probed, and what the silence after a probe means. Owned by a {@link
 * PathTable}; like it, does no I/O and reads no clock.
 *
 * <p><b>Leaving a dead path in time.</b> While traffic flows, the path in use is probed every
 * {@link #BUSY_INTERVAL}. One unanswered probe puts it in doubt, and from then on datagrams go over
 * the best other path as well, so that the conversation goes on while we find out. After {@link
 * #MISSES_TO_SILENCE} misses it is left. An answer is waited for twice the round trip, but at least
 * 350 ms and at most 550 ms; so the path is left 700 + 4 × 350 = 2,100 ms after its last answer,
 * and at worst, when the round trip is long, after 700 + 4 × 550 = 2,900 ms, within the three
 * seconds that are promised. An answer that comes later than it was waited for still counts, so
 * that a round trip of up to 2,200 ms can be lived with.
 *
 * <p>On an idle link nobody waits; there the first datagram after a pause finds the path not
 * trusted, is sent twice, and has a probe sent at once.
 *
 * <p><b>Keeping bindings alive.</b> Idle direct paths are probed at the {@link KeepaliveInterval}
 * since anything authentic has come that way, so that of two peers one keeps the path alive for
 * both. Who has probed last waits a moment longer: so they take turns, and each sees whether the
 * other's NAT still lets it in.
 */
final class ProbeSchedule {
  static final long MILLIS = 1_000_000;

  /** Between probes of the path in use while traffic flows. */
  static final long BUSY_INTERVAL = 700 * MILLIS;

  /** Between probes of an idle path over a relay, which keeps its own connection alive. */
  static final long IDLE_INTERVAL = 15_000 * MILLIS;

  /** The peer's probes stand for ours on an idle path until our own last answer is so old. */
  static final long OWN_ANSWER = 60_000 * MILLIS;

  /** A link is busy this long after the last datagram of its user. */
  static final long BUSY_FOR = 3_000 * MILLIS;

  static final long MIN_PROBE_TIMEOUT = 350 * MILLIS;
  static final long MAX_PROBE_TIMEOUT = 550 * MILLIS;
  static final int MISSES_TO_SILENCE = 4;

  /** Unanswered probes after a pause that tell, when the peer is heard, of a binding that died. */
  static final int MISSES_TO_A_LOSS = 2;

  /** Probes in one round of checking, sent after 0, 100, 300, 700 and 1,500 ms. */
  static final int CHECKS_PER_ROUND = 5;

  static final long FIRST_CHECK_TIMEOUT = 100 * MILLIS;

  /** Between two checks of one path at the least, whatever triggers them. */
  static final long CHECK_GAP = 20 * MILLIS;

  /** Full-size probes of one peer's paths, whatever the peer does to trigger more. */
  static final int CHECKS_PER_SECOND = 50;

  /** Pause after the first failed round; doubles up to the largest. */
  static final long FIRST_PAUSE = 4_000 * MILLIS;

  static final long LARGEST_PAUSE = 300_000 * MILLIS;

  /** Sends a probe over a path and returns the transaction by which its answer is known. */
  interface ProbeSender {
    long send(Path path, int size);
  }

  private final TokenBucket checks;
  private final KeepaliveInterval keepalive;
  private long lastOutbound = Long.MIN_VALUE / 2;

  /** The pause after which a path was found dead, until we know that the peer lives; or 0. */
  private long suspected;

  ProbeSchedule(KeepaliveInterval keepalive, long now) {
    this.keepalive = keepalive;
    this.checks = new TokenBucket(CHECKS_PER_SECOND, now);
  }

  /** The user sends something; returns whether it had not for a while. */
  boolean onOutbound(long now) {
    boolean wasIdle = now - lastOutbound > BUSY_FOR;
    lastOutbound = now;
    return wasIdle;
  }

  /** The user of an idle link has begun to send over this path. */
  void hasten(Path path, boolean trusted, long now) {
    boolean probeNow = !trusted && path.unanswered == 0;
    path.nextProbeAt = probeNow ? now : Math.min(path.nextProbeAt, now + BUSY_INTERVAL);
  }

  /** An answer has come over this path. */
  void onAnswer(Path path, boolean inUse, long now) {
    if (suspected > 0) {
      keepalive.lost(suspected, now);
      suspected = 0;
    } else if (path.pauseBefore > 0 && path.unanswered <= 1) {
      keepalive.survived(path.pauseBefore, now);
    }
    path.heard(now);
    boolean soon = path.isUnsettled() || isBusy(inUse, now);
    path.nextProbeAt = now + (soon ? BUSY_INTERVAL : idleInterval(path));
  }

  /** A fresh probe of the peer's has come over this path, and was answered. */
  void onPeerProbe(Path path, boolean inUse, long now) {
    if (!path.isUsable() || path.isRelayed()) {
      return;
    }
    boolean asked = path.unanswered > 0;
    if (!asked) {
      keepalive.survived(path.pause(now), now);
      path.passed(now);
    } else if (path.pauseBefore > 0 && path.unanswered >= MISSES_TO_A_LOSS) {
      // The peer's own probe has just opened the way on which ours have got lost.
      keepalive.lost(path.pauseBefore, now);
      path.pauseBefore = 0;
    }
    if (!asked && !isBusy(inUse, now) && path.heardWithin(OWN_ANSWER, now)) {
      path.nextProbeAt = now + keepalive.nanos();
    }
  }

  /** The peer probes from another port than this path's, which had been quiet. */
  void onMoved(Path path, long now) {
    if (path.pause(now) >= keepalive.nanos()) {
      keepalive.lost(path.pause(now), now);
    }
  }

  /** The network has changed, or the peer may have gone: no binding need have died. */
  void dropSuspicion() {
    suspected = 0;
  }

  private boolean isBusy(boolean inUse, long now) {
    return inUse && now - lastOutbound <= BUSY_FOR;
  }

  private long idleInterval(Path path) {
    return path.isRelayed() ? IDLE_INTERVAL : keepalive.nanos() + keepalive.turn();
  }

  /** The link moves to this path. */
  void onChosen(Path path, long now) {
    if (path.isUsable()) {
      path.nextProbeAt = Math.min(path.nextProbeAt, now + BUSY_INTERVAL);
    }
  }

  /** The peer has been heard to probe from there. */
  void trigger(Path path, long now) {
    switch (path.state()) {
      case SILENT, UNTRIED -> {
        startRound(path, now, "the peer probes from there");
        keepGap(path, now);
      }
      case CHECKING -> {
        path.nextProbeAt = now;
        keepGap(path, now);
      }
      case PROVEN, DOUBTED -> {
        // It is probed in its own time.
      }
    }
  }

  private static void keepGap(Path path, long now) {
    if (path.probedWithin(CHECK_GAP, now)) {
      path.nextProbeAt = path.lastProbeAt() + CHECK_GAP;
    }
  }

  /** Something has changed: what was given up is tried again, what is in use is asked. */
  void recheck(Path path, long now) {
    if (!path.isUsable()) {
      path.failedRounds = 0;
      startRound(path, now, "checked again");
      keepGap(path, now);
    } else if (path.unanswered == 0) {
      // Where a probe is under way already, a second one would only be counted as missed sooner.
      path.nextProbeAt = now;
    }
  }

  /** The path's turn has come. */
  void advance(Path path, long now, ProbeSender sender) {
    if (!path.isCarried()) {
      carrierLost(path, now);
      return;
    }
    path.carrierLost = false;
    switch (path.state()) {
      case UNTRIED, SILENT -> {
        startRound(path, now, "its turn to be checked");
        check(path, now, sender);
      }
      case CHECKING -> check(path, now, sender);
      case PROVEN, DOUBTED -> keep(path, now, sender);
    }
  }

  /** Looks at whether the path's relay is connected: one that is back is checked at once. */
  void lookAtCarrier(Path path, long now) {
    if (!path.isCarried()) {
      carrierLost(path, now);
    } else if (path.carrierLost) {
      path.carrierLost = false;
      path.failedRounds = 0;
      startRound(path, now, "its relay is connected again");
    }
  }

  private static void carrierLost(Path path, long now) {
    path.transition(PathState.SILENT, "what carries it is not connected");
    path.carrierLost = true;
    path.nextProbeAt = now + FIRST_PAUSE;
  }

  private static void startRound(Path path, long now, String why) {
    path.transition(PathState.CHECKING, why);
    path.unanswered = 0;
    path.nextProbeAt = now;
  }

  private void check(Path path, long now, ProbeSender sender) {
    if (path.unanswered >= CHECKS_PER_ROUND) {
      fallSilent(path, now, "no answer to " + CHECKS_PER_ROUND + " probes");
    } else if (checks.tryTake(now)) {
      long timeout = FIRST_CHECK_TIMEOUT << path.unanswered;
      path.probeSent(sender.send(path, Probe.FULL), Probe.FULL, now);
      path.nextProbeAt = now + timeout;
    } else {
      path.nextProbeAt = now + CHECK_GAP;
    }
  }

  private void keep(Path path, long now, ProbeSender sender) {
    if (path.unanswered >= MISSES_TO_SILENCE) {
      suspected = Math.max(suspected, path.pauseBefore);
      fallSilent(path, now, "no answer to " + MISSES_TO_SILENCE + " probes");
      return;
    }
    if (path.unanswered > 0) {
      path.transition(PathState.DOUBTED, "a probe was not answered");
    } else {
      path.pauseBefore = path.isRelayed() ? 0 : path.pause(now);
    }
    path.probeSent(sender.send(path, Probe.SMALL), Probe.SMALL, now);
    long timeout = Math.max(MIN_PROBE_TIMEOUT, 2 * path.rttNanos());
    path.nextProbeAt = now + Math.min(timeout, MAX_PROBE_TIMEOUT);
  }

  void fallSilent(Path path, long now, String why) {
    path.transition(PathState.SILENT, why);
    long pause = FIRST_PAUSE << Math.min(path.failedRounds, 10);
    path.failedRounds++;
    path.nextProbeAt = now + Math.min(pause, LARGEST_PAUSE);
  }
}
