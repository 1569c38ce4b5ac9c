package dev.parley.nat.path;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One conversation through the switch, known above by a constant synthetic address.
 *
 * <p>While its peer is unproven, a flow that we dialled is sent to every address we know, and a
 * flow from outside is answered where it came from and nowhere else. Confined to the event loop.
 */
public final class Flow {
  /** Addresses to which the first datagrams of a dialled flow go at once. */
  static final int MAX_SPREAD = 10;

  /** An answer that is not followed by a proof within this time makes the spread begin anew. */
  static final long ANSWER_HOLDS = 1_000_000_000;

  private final InetSocketAddress address;
  private final boolean dialled;
  private final List<PathAddress> spread = new ArrayList<>();
  private @Nullable PathAddress answeredBy;
  private long answeredAt;
  private volatile @Nullable PathAddress lastInbound;
  private long namedAt;
  private boolean named;
  volatile @Nullable Route route;

  Flow(InetSocketAddress address, boolean dialled) {
    this.address = address;
    this.dialled = dialled;
  }

  /** The synthetic address: where datagrams of this flow are sent to and come from. */
  public InetSocketAddress address() {
    return address;
  }

  /** Whether this side began it. */
  public boolean isDialled() {
    return dialled;
  }

  /** Where the last datagram of this flow came from, as far as anyone can tell. Thread-safe. */
  public @Nullable PathReport lastInbound() {
    PathAddress from = lastInbound;
    return from == null ? null : unmeasured(from);
  }

  /** The path that datagrams of this flow take now. Thread-safe. */
  public @Nullable PathReport path() {
    Route owner = route;
    PathReport latest = owner == null ? null : owner.latest();
    return latest == null ? lastInbound() : latest;
  }

  /**
   * The address that answered first, when it was a direct one: for a dialler whom it disappointed.
   */
  public @Nullable InetSocketAddress answeredAddress() {
    return answeredBy instanceof PathAddress.DirectUdp direct ? direct.address() : null;
  }

  private static PathReport unmeasured(PathAddress path) {
    return new PathReport(path.kind(), path.transport(), path.remote(), -1);
  }

  void spreadTo(PathAddress path) {
    if (spread.size() < MAX_SPREAD && !spread.contains(path)) {
      spread.add(path);
    }
  }

  void named(Route owner, long now) {
    route = owner;
    named = true;
    namedAt = now;
  }

  /** Whether its peer is proven. */
  public boolean isNamed() {
    return named;
  }

  long namedAt() {
    return namedAt;
  }

  void received(PathAddress from, long now) {
    lastInbound = from;
    if (named) {
      return;
    }
    if (dialled) {
      if (spread.contains(from) && (answeredBy == null || now - answeredAt > ANSWER_HOLDS)) {
        answeredBy = from;
        answeredAt = now;
      }
      return;
    }
    // Answers to a stranger go to one direct address at most, or a spoofed source would have us
    // send one flight to many; and to the relay, which is authenticated, besides.
    boolean relayed = from.kind() == PathKind.RELAY;
    if (spread.stream().noneMatch(known -> (known.kind() == PathKind.RELAY) == relayed)) {
      spread.add(from);
    }
  }

  /** The path on which the handshake went, once it is known. */
  @Nullable PathAddress handshakePath() {
    if (dialled) {
      return answeredBy;
    }
    for (PathAddress path : spread) {
      if (path.kind() == PathKind.DIRECT) {
        return path;
      }
    }
    return spread.isEmpty() ? null : spread.get(0);
  }

  /** Every address this flow's handshake has been sent to or answered. */
  List<PathAddress> spread() {
    return spread;
  }

  /** Where datagrams go while the peer is unproven. */
  List<PathAddress> handshakeTargets(long now) {
    PathAddress answered = answeredBy;
    return dialled && answered != null && now - answeredAt <= ANSWER_HOLDS
        ? List.of(answered)
        : spread;
  }
}
