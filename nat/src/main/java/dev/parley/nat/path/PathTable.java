package dev.parley.nat.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one peer: which are known, which answer, and which one is in use.
 *
 * <p>Does no I/O and reads no clock: events come in with their time, probes to send go out through
 * a {@link ProbeSchedule.ProbeSender}. All times are in nanoseconds of one monotonic clock. When to
 * probe is the {@link ProbeSchedule}'s affair, which path to take the {@link PathPolicy}'s.
 */
final class PathTable {
  /** Addresses that a peer can make us try at once, relays beside them not counted. */
  static final int MAX_DIRECT = 24;

  /** Relays over which a peer is tried. */
  static final int MAX_RELAYED = 8;

  /**
   * Unknown addresses from which a peer's probes have us probe back: a peer that forges its source
   * aims our answers at others, and this bounds how many.
   */
  static final int LEARNED_PER_SECOND = 4;

  /** An answer proves a path for this long. */
  static final long TRUST = 2_000 * ProbeSchedule.MILLIS;

  private final String peer;
  private final List<Path> paths = new ArrayList<>();
  private final ProbeSchedule schedule;
  private final TokenBucket learned;
  private @Nullable Path current;
  private @Nullable PathKind pinned;
  private boolean probing;
  private String reason = "";

  PathTable(String peer, long now) {
    this.peer = peer;
    this.schedule = new ProbeSchedule(now);
    this.learned = new TokenBucket(LEARNED_PER_SECOND, now);
  }

  List<Path> paths() {
    return paths;
  }

  @Nullable Path current() {
    return current;
  }

  @Nullable PathKind pinned() {
    return pinned;
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
   * Adds a path to try, unless it is known. When there are as many of its sort as there may be, one
   * that does not answer makes room; when all answer, the new one is not taken.
   */
  Optional<Path> add(PathAddress address, long now) {
    Optional<Path> known = find(address);
    if (known.isPresent()) {
      return known;
    }
    Path path = new Path(address, peer);
    boolean relayed = path.isRelayed();
    long ofItsSort = paths.stream().filter(p -> p.isRelayed() == relayed).count();
    if (ofItsSort >= (relayed ? MAX_RELAYED : MAX_DIRECT) && !makeRoom(relayed)) {
      return Optional.empty();
    }
    path.nextProbeAt = now;
    paths.add(path);
    return Optional.of(path);
  }

  /**
   * These are all the addresses that the peer says it has. What it said before, says no longer and
   * does not answer is forgotten: behind a NAT that maps every destination apart each question to a
   * STUN server makes another address, and as many as there is room for would be checked for ever.
   * An address of the same host goes on where the forgotten one was: it is checked at once, but the
   * pause after that is no shorter for it.
   */
  void told(List<? extends PathAddress> addresses, long now) {
    List<Path> gone = new ArrayList<>();
    for (Path path : paths) {
      boolean dispensable = path.told && !path.isUsable() && path != current;
      gone.addAll(dispensable && !addresses.contains(path.address) ? List.of(path) : List.of());
    }
    paths.removeAll(gone);
    for (PathAddress address : addresses) {
      boolean known = find(address).isPresent();
      Path path = add(address, now).orElse(null);
      if (path != null) {
        path.told = true;
        path.failedRounds = known ? path.failedRounds : roundsOf(gone, address);
      }
    }
  }

  private static int roundsOf(List<Path> gone, PathAddress successor) {
    return gone.stream()
        .filter(path -> path.address.isSameHost(successor))
        .mapToInt(path -> path.failedRounds)
        .max()
        .orElse(0);
  }

  /** The oldest goes of those that have been tried in vain, then of those that are being tried. */
  private boolean makeRoom(boolean relayed) {
    for (PathState state : List.of(PathState.SILENT, PathState.CHECKING, PathState.UNTRIED)) {
      Predicate<Path> dispensable =
          path -> path.state() == state && path.isRelayed() == relayed && path != current;
      Optional<Path> oldest = paths.stream().filter(dispensable).findFirst();
      if (oldest.isPresent()) {
        return paths.remove(oldest.get());
      }
    }
    return false;
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

  /** Something has changed: paths that had been given up are tried again now. */
  void recheck(long now) {
    paths.forEach(path -> schedule.recheck(path, now));
  }

  /** Relays have come or gone: one that is back is checked at once. */
  void onRelaysChanged(long now) {
    for (Path path : paths) {
      if (path.isRelayed() && probing) {
        schedule.lookAtCarrier(path, now);
      }
    }
    choose(now);
  }

  /** The relay says that the peer is not there. It can speak for its own path only. */
  void onAbsent(PathAddress.Relayed address, long now) {
    find(address)
        .filter(path -> path.state() != PathState.SILENT)
        .ifPresent(path -> schedule.fallSilent(path, now, "the relay says the peer is not there"));
    choose(now);
  }

  /** There is reason to think that this path works: it is probed now. */
  void check(PathAddress address, long now) {
    add(address, now).filter(path -> probing).ifPresent(path -> schedule.trigger(path, now));
  }

  /**
   * The peer itself has probed us from there, so a probe of ours may get through now: a triggered
   * check (RFC 8445 §7.3.1.4). The caller has authenticated the probe; where it came from nobody
   * can authenticate but the probe that we send back.
   */
  void onPeerProbed(PathAddress from, long now) {
    if (find(from).isEmpty() && !learned.tryTake(now)) {
      return;
    }
    add(from, now).ifPresent(path -> schedule.trigger(path, now));
  }

  /** Takes an authenticated answer. False when it answers no probe of that path. */
  boolean onAnswer(PathAddress from, long transaction, int size, long now) {
    Path path = find(from).orElse(null);
    if (path == null || !path.probeAnswered(transaction, size, now)) {
      return false;
    }
    if (!path.isUsable() && size < Probe.FULL) {
      // Late, and to a probe that was small: there is a way again, of which we know only that.
      schedule.trigger(path, now);
      return true;
    }
    path.heard(now);
    path.transition(PathState.PROVEN, "a probe was answered");
    schedule.onAnswer(path, path == current, now);
    choose(now);
    return true;
  }

  boolean isOutstanding(long transaction) {
    return paths.stream().anyMatch(path -> path.isOutstanding(transaction));
  }

  /** The user sends something. True when that changes when the next probe is due. */
  boolean onOutbound(long now) {
    boolean wasIdle = schedule.onOutbound(now);
    Path path = current;
    if (path == null || !probing || !wasIdle) {
      return false;
    }
    schedule.hasten(path, isTrusted(path, now), now);
    return true;
  }

  boolean isTrusted(Path path, long now) {
    return path.state() == PathState.PROVEN && path.heardWithin(TRUST, now);
  }

  /** The best path beside the current one, for datagrams that are sent twice. */
  @Nullable Path backup() {
    List<Path> others = paths.stream().filter(path -> path != current).toList();
    int best = PathPolicy.choose(options(others), -1, null).index();
    return best < 0 ? null : others.get(best);
  }

  /** Sends the probes that are due; returns when to call again, or Long.MAX_VALUE. */
  long tick(long now, ProbeSchedule.ProbeSender sender) {
    if (!probing) {
      choose(now);
      return Long.MAX_VALUE;
    }
    for (Path path : paths) {
      if (path.nextProbeAt - now <= 0) {
        schedule.advance(path, now, sender);
      }
    }
    choose(now);
    long next = Long.MAX_VALUE;
    for (Path path : paths) {
      next = Math.min(next, path.nextProbeAt);
    }
    return next;
  }

  private void choose(long now) {
    int index = current == null ? -1 : paths.indexOf(current);
    PathPolicy.Choice choice = PathPolicy.choose(options(paths), index, pinned);
    // With nothing that answers, the path in use is kept: sending there is the best there is.
    if (choice.index() < 0 || paths.get(choice.index()) == current) {
      return;
    }
    current = paths.get(choice.index());
    reason = choice.reason();
    if (probing) {
      schedule.onChosen(current, now);
    }
  }

  private static List<PathPolicy.Option> options(List<Path> paths) {
    List<PathPolicy.Option> options = new ArrayList<>(paths.size());
    for (Path path : paths) {
      options.add(
          new PathPolicy.Option(
              standing(path), path.address.kind(), path.address.transport(), path.rttNanos()));
    }
    return options;
  }

  private static PathPolicy.Standing standing(Path path) {
    if (!path.isCarried()) {
      return PathPolicy.Standing.UNUSABLE;
    }
    return switch (path.state()) {
      case PROVEN -> PathPolicy.Standing.ANSWERING;
      case DOUBTED -> PathPolicy.Standing.DOUBTED;
      // The relay itself is authenticated and what travels through it is sealed: no probe is
      // needed before it may be used, as the very first datagrams show.
      case UNTRIED, CHECKING ->
          path.isRelayed() ? PathPolicy.Standing.UNPROVEN_RELAY : PathPolicy.Standing.UNUSABLE;
      case SILENT -> PathPolicy.Standing.UNUSABLE;
    };
  }
}
