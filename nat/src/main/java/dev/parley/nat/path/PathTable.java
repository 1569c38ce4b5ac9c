package dev.parley.nat.path;

import dev.parley.nat.TcpCarrier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one peer: which are known, which answer, and which one is in use.
 *
 * <p>Does no I/O and reads no clock: events come in with their time, probes to send go out through
 * a {@link ProbeSchedule.ProbeSender}. All times are in nanoseconds of one monotonic clock. When to
 * probe is the {@link ProbeSchedule}'s affair, which path to take the {@link PathPolicy}'s.
 */
final class PathTable {
  /**
   * Unknown addresses from which a peer's probes have us probe back: a peer that forges its source
   * aims our answers at others, and this bounds how many.
   */
  static final int LEARNED_PER_SECOND = 4;

  /** An answer proves a path for this long. */
  static final long TRUST = 2_000 * ProbeSchedule.MILLIS;

  private final KnownPaths known;
  private final ProbeSchedule schedule;
  private final TokenBucket learned;
  private @Nullable Path current;
  private @Nullable PathKind pinned;
  private boolean probing;
  private String reason = "";

  PathTable(String peer, KeepaliveInterval keepalive, long now) {
    this.known = new KnownPaths(peer);
    this.schedule = new ProbeSchedule(keepalive, now);
    this.learned = new TokenBucket(LEARNED_PER_SECOND, now);
  }

  List<Path> paths() {
    return known.all();
  }

  Optional<Path> find(PathAddress address) {
    return known.find(address);
  }

  /** As {@link KnownPaths#add}. */
  Optional<Path> add(PathAddress address, long now) {
    return known.add(address, current, now);
  }

  /** As {@link KnownPaths#told}. */
  void told(List<? extends PathAddress> addresses, long now) {
    known.told(addresses, current, now);
  }

  /** The TCP connections with the peer, the oldest first: a copy. */
  List<TcpCarrier> connections() {
    return known.connections(path -> true);
  }

  /** Those that have been checked in vain for too long. */
  List<TcpCarrier> spentConnections() {
    return known.connections(Path::isSpent);
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

  /** The path is gone for good. */
  void remove(PathAddress address, String why, long now) {
    Path path = find(address).orElse(null);
    if (path == null) {
      return;
    }
    known.remove(path);
    if (path == current) {
      current = null;
      choose(now);
      reason = why;
    }
  }

  /** Whether a direct path over this transport answers. */
  boolean isDirectBy(PathTransport transport) {
    return paths().stream()
        .anyMatch(
            path ->
                path.isUsable()
                    && path.address.kind() == PathKind.DIRECT
                    && path.address.transport() == transport);
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
    schedule.dropSuspicion();
    paths().forEach(Path::forget);
    current = null;
  }

  /** Something has changed: paths that had been given up are tried again now. */
  void recheck(long now) {
    paths().forEach(path -> schedule.recheck(path, now));
  }

  /** Relays have come or gone: one that is back is checked at once. */
  void onRelaysChanged(long now) {
    for (Path path : paths()) {
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
    Optional<Path> probed = find(from);
    if (probed.isEmpty()) {
      if (!learned.tryTake(now)) {
        return;
      }
      movedFrom(from).ifPresent(path -> schedule.onMoved(path, now));
    }
    probed.ifPresent(path -> schedule.onPeerProbe(path, path == current, now));
    add(from, now).ifPresent(path -> schedule.trigger(path, now));
  }

  /** The path in use, where the peer seems to have got another port at the same address. */
  private Optional<Path> movedFrom(PathAddress from) {
    return Optional.ofNullable(current)
        .filter(Path::isUsable)
        .filter(
            path ->
                path.address instanceof PathAddress.DirectUdp known
                    && from instanceof PathAddress.DirectUdp now
                    && known.address().getAddress().equals(now.address().getAddress()));
  }

  /** Another network, and other NATs. */
  void onNetworkChanged(long now) {
    schedule.dropSuspicion();
    recheck(now);
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
    schedule.onAnswer(path, path == current, now);
    path.transition(PathState.PROVEN, "a probe was answered");
    choose(now);
    return true;
  }

  boolean isOutstanding(long transaction) {
    return paths().stream().anyMatch(path -> path.isOutstanding(transaction));
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
    List<Path> others = paths().stream().filter(path -> path != current).toList();
    int best = PathPolicy.choose(options(others), -1, null).index();
    return best < 0 ? null : others.get(best);
  }

  /** Sends the probes that are due; returns when to call again, or Long.MAX_VALUE. */
  long tick(long now, ProbeSchedule.ProbeSender sender) {
    if (!probing) {
      choose(now);
      return Long.MAX_VALUE;
    }
    for (Path path : paths()) {
      if (path.nextProbeAt - now <= 0) {
        schedule.advance(path, now, sender);
      }
    }
    choose(now);
    long next = Long.MAX_VALUE;
    for (Path path : paths()) {
      next = Math.min(next, path.nextProbeAt);
    }
    return next;
  }

  private void choose(long now) {
    int index = current == null ? -1 : paths().indexOf(current);
    PathPolicy.Choice choice = PathPolicy.choose(options(paths()), index, pinned);
    // With nothing that answers, the path in use is kept: sending there is the best there is.
    if (choice.index() < 0 || paths().get(choice.index()) == current) {
      return;
    }
    current = paths().get(choice.index());
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
