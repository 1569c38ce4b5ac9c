package dev.parley.nat.path;

import dev.parley.nat.TcpCarrier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one peer that are known: so many of each sort, whatever the peer does. Owned by a
 * {@link PathTable}, which says which of them is in use: that one is never forgotten.
 */
final class KnownPaths {
  /** Addresses that a peer can make us try at once, relays beside them not counted. */
  static final int MAX_DIRECT = 24;

  /** TCP connections with one peer: one from each side, and as many that are about to go. */
  static final int MAX_TCP = 4;

  /** Relays over which a peer is tried. */
  static final int MAX_RELAYED = 8;

  private final String peer;
  private final List<Path> paths = new ArrayList<>();

  KnownPaths(String peer) {
    this.peer = peer;
  }

  /** The oldest first; a view. */
  List<Path> all() {
    return Collections.unmodifiableList(paths);
  }

  void remove(Path path) {
    paths.remove(path);
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
  Optional<Path> add(PathAddress address, @Nullable Path inUse, long now) {
    Optional<Path> known = find(address);
    if (known.isPresent()) {
      return known;
    }
    Path path = new Path(address, peer);
    long ofItsSort = paths.stream().filter(p -> isSameSort(p.address, address)).count();
    if (isClosed(address) || ofItsSort >= most(address) && !makeRoom(address, inUse)) {
      return Optional.empty();
    }
    path.nextProbeAt = now;
    paths.add(path);
    return Optional.of(path);
  }

  private static int most(PathAddress address) {
    if (address instanceof PathAddress.DirectTcp) {
      return MAX_TCP;
    }
    return address instanceof PathAddress.Relayed ? MAX_RELAYED : MAX_DIRECT;
  }

  private static boolean isClosed(PathAddress address) {
    return address instanceof PathAddress.DirectTcp tcp && !tcp.connection().isOpen();
  }

  private static boolean isSameSort(PathAddress one, PathAddress other) {
    return one.getClass() == other.getClass();
  }

  /**
   * These are all the addresses that the peer says it has. What it said before, says no longer and
   * does not answer is forgotten: behind a NAT that maps every destination apart each question to a
   * STUN server makes another address, and as many as there is room for would be checked for ever.
   * An address of the same host goes on where the forgotten one was: it is checked at once, but the
   * pause after that is no shorter for it.
   */
  void told(List<? extends PathAddress> addresses, @Nullable Path inUse, long now) {
    List<Path> gone = new ArrayList<>();
    for (Path path : paths) {
      boolean dispensable = path.told && !path.isUsable() && path != inUse;
      gone.addAll(dispensable && !addresses.contains(path.address) ? List.of(path) : List.of());
    }
    paths.removeAll(gone);
    for (PathAddress address : addresses) {
      boolean known = find(address).isPresent();
      Path path = add(address, inUse, now).orElse(null);
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
  private boolean makeRoom(PathAddress newcomer, @Nullable Path inUse) {
    if (newcomer instanceof PathAddress.DirectTcp) {
      // A connection goes by being closed, and one that is no use is closed soon enough.
      return false;
    }
    for (PathState state : List.of(PathState.SILENT, PathState.CHECKING, PathState.UNTRIED)) {
      Predicate<Path> dispensable =
          path -> path.state() == state && isSameSort(path.address, newcomer) && path != inUse;
      Optional<Path> oldest = paths.stream().filter(dispensable).findFirst();
      if (oldest.isPresent()) {
        return paths.remove(oldest.get());
      }
    }
    return false;
  }

  /** TCP connections with the peer, the oldest first: a copy. */
  List<TcpCarrier> connections(Predicate<Path> which) {
    List<TcpCarrier> connections = new ArrayList<>();
    for (Path path : paths) {
      if (path.address instanceof PathAddress.DirectTcp tcp && which.test(path)) {
        connections.add(tcp.connection());
      }
    }
    return connections;
  }
}
