package dev.parley.nat.path;

import dev.parley.nat.PeerKey;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The way to one peer: its paths, the keys of its probes, its pacer. Owned by the event loop. */
final class Route {
  /** Probes that a peer may have us answer. */
  static final double PROBES_PER_SECOND = 200;

  /** The handshake's path is good for this long while no other has been proven since. */
  static final long HANDSHAKE_HOLDS = 3_000_000_000L;

  /** Links whose probes are accepted: the newest, and the one it replaces. */
  private static final int MAX_KEYS = 2;

  /** What all routes of a switch share. */
  record Shared(
      ChannelHandlerContext context,
      PathSender sender,
      DropCounts drops,
      LongSupplier nanoTime,
      RandomGenerator random,
      KeepaliveInterval keepalive,
      PathListener listener) {}

  final PeerKey peer;
  final PathTable table;
  private final Shared shared;
  private final Deque<ProbeKeys> keys = new ArrayDeque<>();
  private final List<Flow> flows = new ArrayList<>();
  private final TokenBucket probeBucket;
  private @Nullable ScheduledFuture<?> timer;
  private long timerAt = Long.MAX_VALUE;
  private boolean closed;
  private @Nullable Path announced;
  private volatile @Nullable PathReport latest;

  Route(PeerKey peer, Shared shared) {
    this.peer = peer;
    this.shared = shared;
    this.table = new PathTable(peer.toString(), shared.keepalive(), now());
    this.probeBucket = new TokenBucket(PROBES_PER_SECOND, now());
  }

  /** The path in use, as it was when anything last happened. Thread-safe. */
  @Nullable PathReport latest() {
    return latest;
  }

  List<Flow> flows() {
    return flows;
  }

  void attach(Flow flow) {
    flows.add(flow);
    flow.named(
        this,
        new PacedQueue(shared.context(), shared.drops(), shared.nanoTime(), this::transmit),
        now());
    PathAddress handshake = flow.handshakePath();
    if (handshake != null) {
      table.add(handshake, now());
    }
    flow.spread().forEach(path -> table.add(path, now()));
    settle();
  }

  void detach(Flow flow) {
    flows.remove(flow);
    flow.closeQueue();
  }

  /** One more way to the peer, if it may have one more: it is probed at once. */
  boolean tie(PathAddress.DirectTcp path) {
    if (keys.isEmpty() || closed || table.add(path, now()).isEmpty()) {
      return false;
    }
    table.check(path, now());
    settle();
    return true;
  }

  void untie(PathAddress.DirectTcp path) {
    table.remove(path, "the TCP connection was closed", now());
    settle();
  }

  /** The link with this tag of ours. */
  @Nullable KnownLink linkByTag(long localTag) {
    ProbeKeys known = keysFor(localTag);
    return known == null ? null : new KnownLink(peer, known);
  }

  @Nullable KnownLink newestLink() {
    return keys.isEmpty() ? null : new KnownLink(peer, keys.getFirst());
  }

  /** Adds the keys of a new link; returns those that are no longer good for anything. */
  List<ProbeKeys> authorize(ProbeKeys newest) {
    keys.addFirst(newest);
    List<ProbeKeys> outdated = new ArrayList<>();
    while (keys.size() > MAX_KEYS) {
      outdated.add(keys.removeLast());
    }
    table.startProbing(now());
    settle();
    return outdated;
  }

  /** Forgets the keys of a link that has ended, and with the last keys what they have proven. */
  void revoke(long localTag) {
    if (keys.removeIf(candidate -> candidate.localTag() == localTag) && keys.isEmpty()) {
      table.stopProbing();
      settle();
    }
  }

  /** Sends one datagram of the flow, or several of equal size, by the best path; releases it. */
  void send(Flow flow, ByteBuf content, int segmentBytes) {
    if (table.onOutbound(now())) {
      settle();
    }
    flow.enqueue(content, segmentBytes);
  }

  private void transmit(Flow flow, ByteBuf content, int segmentBytes, long now) {
    Path path = table.current();
    PathAddress handshake = flow.handshakePath();
    if (handshake != null && (path == null || handshakeIsNewer(flow, path, now))) {
      shared.sender().send(handshake, content, segmentBytes);
      return;
    }
    if (path == null) {
      shared.sender().drop(content);
      return;
    }
    if (path.isUsable() && !path.isRelayed() && !table.isTrusted(path, now)) {
      Path backup = table.backup();
      if (backup != null) {
        shared.sender().send(backup.address, content.retainedDuplicate(), segmentBytes);
      }
    }
    shared.sender().send(path.address, content, segmentBytes);
  }

  /**
   * The handshake has shown where the peer is, and the table knows nothing newer. It may know
   * something older: of a peer that came back at another address, the paths that its former link
   * had proven are not yet in doubt.
   */
  private static boolean handshakeIsNewer(Flow flow, Path path, long now) {
    return now - flow.namedAt() < HANDSHAKE_HOLDS
        && !(path.isUsable() && path.heardSince(flow.namedAt()));
  }

  /** A request or an answer that names one of this route's links. */
  void onProbe(Probe probe, ByteBuf packet, PathAddress from) {
    ProbeKeys used = keysFor(probe.tag());
    // Before anything is counted against the peer: what others send must not use up its share.
    if (used == null || !Probe.isAuthentic(packet, used)) {
      shared.drops().count(Drop.FORGED_PROBE);
    } else if (probe.type() == Probe.REQUEST) {
      onRequest(probe, packet.readableBytes(), from, used);
    } else if (!table.onAnswer(from, probe.transaction(), packet.readableBytes(), now())) {
      shared.drops().count(Drop.FORGED_PROBE);
    }
    settle();
  }

  private void onRequest(Probe request, int size, PathAddress from, ProbeKeys used) {
    if (!used.isFresh(request.transaction())) {
      shared.drops().count(Drop.FORGED_PROBE);
    } else if (!probeBucket.tryTake(now())) {
      shared.drops().count(Drop.TOO_MANY_PROBES);
    } else {
      Probe answer = new Probe(Probe.ANSWER, used.remoteTag(), request.transaction());
      shared.sender().send(from, answer.encode(shared.context().alloc(), size, used), 0);
      table.onPeerProbed(from, now());
    }
  }

  /** Whether this notice answers a probe of ours that is under way. */
  boolean expectsNotice(Probe notice) {
    return keys.stream().anyMatch(k -> k.remoteTag() == notice.tag())
        && table.isOutstanding(notice.transaction());
  }

  /** The local tag of the link that the peer knows by this tag of its own. */
  long localTagFor(long remoteTag) {
    for (ProbeKeys candidate : keys) {
      if (candidate.remoteTag() == remoteTag) {
        return candidate.localTag();
      }
    }
    return 0;
  }

  private @Nullable ProbeKeys keysFor(long localTag) {
    for (ProbeKeys candidate : keys) {
      if (candidate.localTag() == localTag) {
        return candidate;
      }
    }
    return null;
  }

  private long sendProbe(Path path, int size) {
    ProbeKeys newest = keys.getFirst();
    long transaction = newest.nextTransaction(shared.random());
    Probe probe = new Probe(Probe.REQUEST, newest.remoteTag(), transaction);
    shared.sender().send(path.address, probe.encode(shared.context().alloc(), size, newest), 0);
    return transaction;
  }

  /** Does what is due, announces a change of path, and sets the timer for what comes next. */
  void settle() {
    if (closed) {
      return;
    }
    long now = now();
    long next = table.tick(now, this::sendProbe);
    shared.context().flush();
    schedule(next, now);
    Path current = table.current();
    latest = current == null ? null : report(current);
    if (current != announced) {
      announced = current;
      if (current != null) {
        shared.listener().onSwitched(peer, report(current), table.reason());
      }
    }
    table.spentConnections().forEach(spent -> spent.close("nothing is heard over it"));
  }

  /** A timer that is due too early does no harm: it finds nothing to do and is set anew. */
  private void schedule(long next, long now) {
    if (next < timerAt) {
      if (timer != null) {
        timer.cancel(false);
      }
      timerAt = next;
      timer =
          shared
              .context()
              .executor()
              .schedule(this::onTimer, Math.max(0, next - now), TimeUnit.NANOSECONDS);
    }
  }

  private void onTimer() {
    timer = null;
    timerAt = Long.MAX_VALUE;
    settle();
  }

  static PathReport report(Path path) {
    return new PathReport(
        path.address.kind(), path.address.transport(), path.address.remote(), path.rttNanos());
  }

  void close() {
    closed = true;
    if (timer != null) {
      timer.cancel(false);
    }
    flows.forEach(Flow::closeQueue);
    table.connections().forEach(connection -> connection.close("the link has ended"));
  }

  private long now() {
    return shared.nanoTime().getAsLong();
  }
}
