package dev.parley.nat.path;

import dev.parley.nat.RelayCarrier;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One conversation through the switch, known above by a constant synthetic address.
 *
 * <p>While its peer is unproven, a flow that we dialled is sent to every address we know, and a
 * flow from outside is answered where it came from and nowhere else. Confined to the event loop,
 * but for what says otherwise.
 */
public final class Flow {
  /** Addresses to which the first datagrams of a dialled flow go at once. */
  static final int MAX_SPREAD = 10;

  /** An answer that is not followed by a proof within this time makes the spread begin anew. */
  static final long ANSWER_HOLDS = 1_000_000_000;

  private final InetSocketAddress address;
  private final @Nullable PathAddress begunFrom;
  private final List<PathAddress> spread = new ArrayList<>();
  private final Set<PathAddress> absentAt = new HashSet<>();
  private @Nullable PathAddress answeredBy;
  private long answeredAt;
  private long directHeardAt;
  private volatile @Nullable PathAddress lastInbound;
  private long namedAt;
  private boolean named;
  private @Nullable PacedQueue queue;
  volatile @Nullable Route route;

  /**
   * @param begunFrom where its first datagram came from; null when we dialled
   */
  Flow(InetSocketAddress address, @Nullable PathAddress begunFrom) {
    this.address = address;
    this.begunFrom = begunFrom;
  }

  /** The synthetic address: where datagrams of this flow are sent to and come from. */
  public InetSocketAddress address() {
    return address;
  }

  /** Whether this side began it. */
  public boolean isDialled() {
    return begunFrom == null;
  }

  @Nullable PathAddress begunFrom() {
    return begunFrom;
  }

  /** Whether this relay has said that the peer is not there, and nothing came through it since. */
  public boolean isAbsentAt(RelayCarrier relay) {
    return absentAt.stream()
        .anyMatch(path -> path instanceof PathAddress.Relayed r && r.carrier().equals(relay));
  }

  void onAbsent(PathAddress.Relayed path) {
    if (spread.contains(path)) {
      absentAt.add(path);
    }
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

  void named(Route owner, PacedQueue pacedQueue, long now) {
    route = owner;
    queue = pacedQueue;
    named = true;
    namedAt = now;
  }

  /** Sends by the path of the peer, as soon as this flow's own pace allows it; releases it. */
  void enqueue(ByteBuf content, int segmentBytes) {
    if (queue == null) {
      content.release();
      return;
    }
    queue.send(this, content, segmentBytes);
  }

  void pace(double bytesPerNano) {
    if (queue != null) {
      queue.setRate(bytesPerNano);
    }
  }

  void closeQueue() {
    if (queue != null) {
      queue.close();
      queue = null;
    }
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
    absentAt.remove(from);
    if (isDialled()) {
      if (spread.contains(from) && (answeredBy == null || now - answeredAt > ANSWER_HOLDS)) {
        answeredBy = from;
        answeredAt = now;
      }
      return;
    }
    if (from.kind() == PathKind.DIRECT) {
      receivedDirectly(from, now);
    } else if (spread.stream().noneMatch(known -> known.kind() == PathKind.RELAY)) {
      spread.add(from);
    }
  }

  /**
   * Answers to a stranger go to one direct address at a time, or a forged source would have us send
   * one flight to many; and to the relay, which is authenticated, besides. The address is the first
   * that was heard, unless it has not been heard again: a copy of the stranger's first datagram
   * that overtakes it with a forged source would otherwise keep the stranger out.
   */
  private void receivedDirectly(PathAddress from, long now) {
    PathAddress known = null;
    for (PathAddress path : spread) {
      known = path.kind() == PathKind.DIRECT ? path : known;
    }
    if (known != null && !known.equals(from)) {
      if (now - directHeardAt <= ANSWER_HOLDS) {
        return;
      }
      spread.remove(known);
    }
    if (!from.equals(known)) {
      spread.add(from);
    }
    directHeardAt = now;
  }

  /** The path on which the handshake went, once it is known. */
  @Nullable PathAddress handshakePath() {
    if (isDialled()) {
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
    return isDialled() && answered != null && now - answeredAt <= ANSWER_HOLDS
        ? List.of(answered)
        : spread;
  }
}
