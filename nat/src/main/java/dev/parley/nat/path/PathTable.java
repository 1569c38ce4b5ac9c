package dev.parley.nat.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one peer: which are known, which answer, which one is in use, and when to probe.
 *
 * <p>Does no I/O and reads no clock: events come in with their time, probes to send go out through
 * {@link ProbeSender}. All times are in nanoseconds of one monotonic clock.
 *
 * <p><b>Leaving a dead path in time.</b> While traffic flows, the path in use is probed every
 * {@link #BUSY_INTERVAL}. One unanswered probe puts it in doubt, and from then on datagrams go over
 * the best other path as well, so that the conversation goes on while we find out. After {@link
 * #MISSES_TO_SILENCE} misses it is left. At worst that is 700 + 4 × 350 = 2,100 ms, within the
 * three seconds that are promised. On an idle link nobody waits; there the first datagram after a
 * pause finds the path not {@link #isTrusted trusted}, is sent twice, and has a probe sent at once.
 */
final class PathTable {
  /** Addresses that a peer can make us try at once. */
  static final int MAX_PATHS = 24;

  static final long MILLIS = 1_000_000;

  /** Between probes of the path in use while traffic flows. */
  static final long BUSY_INTERVAL = 700 * MILLIS;

  /** Between probes otherwise: short enough for the common 30 s lifetime of a UDP mapping. */
  static final long IDLE_INTERVAL = 15_000 * MILLIS;

  /** A link is busy this long after the last datagram of its user. */
  static final long BUSY_FOR = 3_000 * MILLIS;

  /** An answer proves a path for this long. */
  static final long TRUST = 2_000 * MILLIS;

  static final long MIN_PROBE_TIMEOUT = 350 * MILLIS;
  static final int MISSES_TO_SILENCE = 4;

  /** Probes in one round of checking, sent after 0, 100, 300, 700 and 1,500 ms. */
  static final int CHECKS_PER_ROUND = 5;

  static final long FIRST_CHECK_TIMEOUT = 100 * MILLIS;

  /** Between two checks of one path at the least, whatever triggers them. */
  static final long CHECK_GAP = 20 * MILLIS;

  /** Pause after the first failed round; doubles up to the largest. */
  static final long FIRST_PAUSE = 4_000 * MILLIS;

  static final long LARGEST_PAUSE = 300_000 * MILLIS;

  /** Sends a probe over a path and returns the transaction by which its answer is known. */
  interface ProbeSender {
    long send(Path path, boolean fullSize);
  }

  private final String peer;
  private final List<Path> paths = new ArrayList<>();
  private @Nullable Path current;
  private @Nullable PathKind pinned;
  private boolean probing;
  private long lastOutbound = Long.MIN_VALUE / 2;
  private String reason = "";

  PathTable(String peer) {
    this.peer = peer;
  }

  List<Path> paths() {
    return paths;
  }

  @Nullable Path current() {
    return current;
  }

  /** Why the current path was chosen. */
  String reason() {
    return reason;
  }

  Optional<Path> find(PathAddress address) {
    for (Path path : paths) {
      if (path.address.equals(address)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  /**
   * Adds a path to try, unless it is known. When the table is full, a path that does not answer
   * makes room; when all answer, the new one is not taken.
   */
  Optional<Path> add(PathAddress address, long now) {
    Optional<Path> known = find(address);
    if (known.isPresent()) {
      return known;
    }
    if (paths.size() >= MAX_PATHS && !makeRoom()) {
      return Optional.empty();
    }
    Path path = new Path(address, peer);
    path.nextProbeAt = now;
    paths.add(path);
    return Optional.of(path);
  }

  private boolean makeRoom() {
    for (PathState state : List.of(PathState.SILENT, PathState.CHECKING, PathState.UNTRIED)) {
      for (Path path : paths) {
        if (path.state() == state && path != current) {
          return paths.remove(path);
        }
      }
    }
    return false;
  }

  void remove(PathAddress address, long now) {
    paths.removeIf(path -> path.address.equals(address));
    if (current != null && current.address.equals(address)) {
      current = null;
    }
    choose(now);
  }

  void pin(@Nullable PathKind kind, long now) {
    pinned = kind;
    choose(now);
  }

  /** Probes can be authenticated from now on: every path is checked at once. */
  void startProbing(long now) {
    probing = true;
    recheck(now);
  }

  /** The keys are gone; what was proven with them is so no longer. */
  void stopProbing() {
    probing = false;
    paths.forEach(Path::forget);
    current = null;
  }

  boolean isProbing() {
    return probing;
  }

  /** Something has changed: paths that had been given up are tried again now. */
  void recheck(long now) {
    for (Path path : paths) {
      if (path.state() == PathState.SILENT || path.state() == PathState.UNTRIED) {
        path.failedRounds = 0;
        startRound(path, now, "checked again");
      } else {
        path.nextProbeAt = now;
      }
    }
  }

  /**
   * The peer itself has probed us from there, so a probe of ours may get through now: a triggered
   * check (RFC 8445 §7.3.1.4).
   */
  void onPeerProbed(PathAddress from, long now) {
    add(from, now)
        .ifPresent(
            path -> {
              switch (path.state()) {
                case SILENT, UNTRIED -> startRound(path, now, "the peer probes from there");
                case CHECKING -> path.nextProbeAt = Math.max(now, path.lastProbeAt() + CHECK_GAP);
                case PROVEN, DOUBTED -> {
                  // It is probed in its own time.
                }
              }
            });
  }

  /** Takes an authenticated answer. False when it answers no probe of that path. */
  boolean onAnswer(PathAddress from, long transaction, long now) {
    Path path = find(from).orElse(null);
    if (path == null || !path.probeAnswered(transaction, now)) {
      return false;
    }
    path.transition(PathState.PROVEN, "a probe was answered");
    path.nextProbeAt = now + interval(path, now);
    choose(now);
    return true;
  }

  boolean isOutstanding(long transaction) {
    return paths.stream().anyMatch(path -> path.isOutstanding(transaction));
  }

  /** The user sends something. True when a probe is due at once because the path is not trusted. */
  boolean onOutbound(long now) {
    boolean wasIdle = now - lastOutbound > BUSY_FOR;
    lastOutbound = now;
    Path path = current;
    if (path == null || !probing || !wasIdle) {
      return false;
    }
    boolean probeNow = !isTrusted(path, now) && path.unanswered == 0;
    path.nextProbeAt = probeNow ? now : Math.min(path.nextProbeAt, now + BUSY_INTERVAL);
    return true;
  }

  boolean isTrusted(Path path, long now) {
    return path.state() == PathState.PROVEN && path.heardWithin(TRUST, now);
  }

  /** The best path beside the current one, for datagrams that are sent twice. */
  @Nullable Path backup(long now) {
    List<PathPolicy.Option> options = options(now);
    int index = current == null ? -1 : paths.indexOf(current);
    if (index >= 0) {
      PathPolicy.Option in = options.get(index);
      options.set(
          index,
          new PathPolicy.Option(
              PathPolicy.Standing.UNUSABLE, in.kind(), in.transport(), in.rttNanos()));
    }
    int best = PathPolicy.choose(options, -1, null).index();
    return best < 0 ? null : paths.get(best);
  }

  /** Sends the probes that are due; returns when to call again, or Long.MAX_VALUE. */
  long tick(long now, ProbeSender sender) {
    if (!probing) {
      return Long.MAX_VALUE;
    }
    long next = Long.MAX_VALUE;
    for (Path path : List.copyOf(paths)) {
      if (path.nextProbeAt - now <= 0) {
        advance(path, now, sender);
      }
      next = Math.min(next, path.nextProbeAt);
    }
    choose(now);
    return next;
  }

  private void advance(Path path, long now, ProbeSender sender) {
    switch (path.state()) {
      case UNTRIED, SILENT -> {
        startRound(path, now, "its turn to be checked");
        check(path, now, sender);
      }
      case CHECKING -> check(path, now, sender);
      case PROVEN, DOUBTED -> keep(path, now, sender);
    }
  }

  private void startRound(Path path, long now, String why) {
    path.transition(PathState.CHECKING, why);
    path.unanswered = 0;
    path.nextProbeAt = now;
  }

  private void check(Path path, long now, ProbeSender sender) {
    if (path.unanswered >= CHECKS_PER_ROUND) {
      fallSilent(path, now, "no answer to " + CHECKS_PER_ROUND + " probes");
      return;
    }
    long timeout = FIRST_CHECK_TIMEOUT << path.unanswered;
    path.probeSent(sender.send(path, true), now);
    path.nextProbeAt = now + timeout;
  }

  private void keep(Path path, long now, ProbeSender sender) {
    if (path.unanswered >= MISSES_TO_SILENCE) {
      fallSilent(path, now, "no answer to " + MISSES_TO_SILENCE + " probes");
      return;
    }
    if (path.unanswered > 0) {
      path.transition(PathState.DOUBTED, "a probe was not answered");
    }
    path.probeSent(sender.send(path, false), now);
    path.nextProbeAt = now + Math.max(MIN_PROBE_TIMEOUT, 2 * path.rttNanos());
  }

  private void fallSilent(Path path, long now, String why) {
    path.transition(PathState.SILENT, why);
    long pause = FIRST_PAUSE << Math.min(path.failedRounds, 10);
    path.failedRounds++;
    path.nextProbeAt = now + Math.min(pause, LARGEST_PAUSE);
  }

  private long interval(Path path, long now) {
    boolean busy = now - lastOutbound <= BUSY_FOR;
    return busy && path == current ? BUSY_INTERVAL : IDLE_INTERVAL;
  }

  /** Applies the policy; returns whether the current path has changed. */
  boolean choose(long now) {
    PathPolicy.Choice choice =
        PathPolicy.choose(options(now), current == null ? -1 : paths.indexOf(current), pinned);
    // With nothing that answers, the path in use is kept: sending there is the best there is.
    if (choice.index() < 0 || paths.get(choice.index()) == current) {
      return false;
    }
    current = paths.get(choice.index());
    reason = choice.reason();
    if (probing && current.isUsable()) {
      current.nextProbeAt = Math.min(current.nextProbeAt, now + BUSY_INTERVAL);
    }
    return true;
  }

  private List<PathPolicy.Option> options(long now) {
    List<PathPolicy.Option> options = new ArrayList<>(paths.size());
    for (Path path : paths) {
      options.add(
          new PathPolicy.Option(
              standing(path), path.address.kind(), path.address.transport(), path.rttNanos()));
    }
    return options;
  }

  private static PathPolicy.Standing standing(Path path) {
    if (path.address instanceof PathAddress.Relayed relayed) {
      if (!relayed.carrier().isConnected()) {
        return PathPolicy.Standing.UNUSABLE;
      }
      return switch (path.state()) {
        case PROVEN -> PathPolicy.Standing.ANSWERING;
        case DOUBTED -> PathPolicy.Standing.DOUBTED;
        // The relay itself is authenticated and what travels through it is sealed: no probe is
        // needed before it may be used, as the very first datagrams show.
        case UNTRIED, CHECKING -> PathPolicy.Standing.UNPROVEN_RELAY;
        case SILENT -> PathPolicy.Standing.UNUSABLE;
      };
    }
    return switch (path.state()) {
      case PROVEN -> PathPolicy.Standing.ANSWERING;
      case DOUBTED -> PathPolicy.Standing.DOUBTED;
      case UNTRIED, CHECKING, SILENT -> PathPolicy.Standing.UNUSABLE;
    };
  }
}
