package dev.parley.nat.path;

import dev.parley.nat.PeerKey;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The way to one peer: its paths, the keys of its probes, its pacer. Owned by the event loop. */
final class Route {
  /** Datagrams that may wait for the pacer; QUIC's own window keeps it far below this. */
  static final int MAX_QUEUED = 4096;

  /** Probes that a peer may have us answer. */
  static final double PROBES_PER_SECOND = 200;

  /** The handshake's path is good for this long while no other is proven. */
  static final long HANDSHAKE_HOLDS = 3_000_000_000L;

  /** Links whose probes are accepted: the newest, and the one it replaces. */
  private static final int MAX_KEYS = 2;

  private record Waiting(Flow flow, ByteBuf content, int segmentBytes) {}

  /** What all routes of a switch share. */
  record Shared(
      ChannelHandlerContext context,
      PathSender sender,
      DropCounts drops,
      LongSupplier nanoTime,
      RandomGenerator random,
      PathListener listener) {}

  final PeerKey peer;
  final PathTable table;
  private final Shared shared;
  private final Deque<ProbeKeys> keys = new ArrayDeque<>();
  private final List<Flow> flows = new ArrayList<>();
  private final Pacer pacer = new Pacer();
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final TokenBucket probeBucket;
  private @Nullable ScheduledFuture<?> timer;
  private long timerAt = Long.MAX_VALUE;
  private boolean draining;
  private @Nullable Path announced;
  private volatile @Nullable PathReport latest;

  Route(PeerKey peer, Shared shared) {
    this.peer = peer;
    this.shared = shared;
    this.table = new PathTable(peer.toString());
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
    flow.named(this, now());
    PathAddress handshake = flow.handshakePath();
    if (handshake != null) {
      table.add(handshake, now());
    }
    flow.spread().forEach(path -> table.add(path, now()));
    settle();
  }

  void detach(Flow flow) {
    flows.remove(flow);
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

  /** Forgets the keys of a link that has ended; returns them, if it had any. */
  @Nullable ProbeKeys revoke(long localTag) {
    for (ProbeKeys candidate : keys) {
      if (candidate.localTag() == localTag) {
        keys.remove(candidate);
        if (keys.isEmpty()) {
          table.stopProbing();
        }
        return candidate;
      }
    }
    return null;
  }

  /** Sends one datagram of the flow, or several of equal size, by the best path; releases it. */
  void send(Flow flow, ByteBuf content, int segmentBytes) {
    long now = now();
    if (table.onOutbound(now)) {
      settle();
    }
    if (waiting.isEmpty()) {
      long delay = pacer.take(content.readableBytes(), now);
      if (delay == 0) {
        transmit(flow, content, segmentBytes, now);
        return;
      }
      drainIn(delay);
    }
    if (waiting.size() >= MAX_QUEUED) {
      content.release();
      shared.drops().count(Drop.QUEUE_FULL);
      return;
    }
    waiting.add(new Waiting(flow, content, segmentBytes));
  }

  void pace(double bytesPerNano) {
    pacer.setRate(bytesPerNano, now());
  }

  private void transmit(Flow flow, ByteBuf content, int segmentBytes, long now) {
    Path path = table.current();
    PathAddress handshake = flow.handshakePath();
    boolean proven = path != null && path.isUsable();
    boolean handshakeHolds =
        handshake != null
            && handshake.kind() == PathKind.DIRECT
            && now - flow.namedAt() < HANDSHAKE_HOLDS;
    if (path == null || (!proven && handshakeHolds)) {
      if (handshake == null) {
        shared.sender().drop(content);
      } else {
        shared.sender().send(handshake, content, segmentBytes);
      }
      return;
    }
    if (proven && path.address.kind() != PathKind.RELAY && !table.isTrusted(path, now)) {
      Path backup = table.backup(now);
      if (backup != null) {
        shared.sender().send(backup.address, content.retainedDuplicate(), segmentBytes);
      }
    }
    shared.sender().send(path.address, content, segmentBytes);
  }

  private void drainIn(long delayNanos) {
    if (!draining) {
      draining = true;
      shared.context().executor().schedule(this::drain, delayNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void drain() {
    draining = false;
    long now = now();
    for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
      long delay = pacer.take(next.content().readableBytes(), now);
      if (delay > 0) {
        drainIn(delay);
        break;
      }
      waiting.remove();
      transmit(next.flow(), next.content(), next.segmentBytes(), now);
    }
    shared.context().flush();
  }

  /** A probe, notice or answer that names one of this route's links. */
  void onProbe(Probe probe, ByteBuf packet, PathAddress from) {
    long now = now();
    if (!probeBucket.tryTake(now)) {
      shared.drops().count(Drop.TOO_MANY_PROBES);
      return;
    }
    ProbeKeys used = keysFor(probe.tag());
    if (used == null || !Probe.isAuthentic(packet, used)) {
      shared.drops().count(Drop.FORGED_PROBE);
      return;
    }
    if (probe.type() == Probe.REQUEST) {
      Probe answer = new Probe(Probe.ANSWER, used.remoteTag(), probe.transaction());
      ByteBuf out = answer.encode(shared.context().alloc(), packet.readableBytes(), used);
      shared.sender().send(from, out, 0);
      shared.context().flush();
      table.onPeerProbed(from, now);
    } else if (!table.onAnswer(from, probe.transaction(), now)) {
      shared.drops().count(Drop.FORGED_PROBE);
    }
    settle();
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

  private long sendProbe(Path path, boolean fullSize) {
    ProbeKeys newest = keys.getFirst();
    long transaction = shared.random().nextLong();
    Probe probe = new Probe(Probe.REQUEST, newest.remoteTag(), transaction);
    int size = fullSize ? Probe.FULL : Probe.SMALL;
    shared.sender().send(path.address, probe.encode(shared.context().alloc(), size, newest), 0);
    return transaction;
  }

  /** Does what is due, announces a change of path, and sets the timer for what comes next. */
  void settle() {
    long now = now();
    long next = table.tick(now, this::sendProbe);
    table.choose(now);
    shared.context().flush();
    Path current = table.current();
    latest = current == null ? null : report(current);
    if (current != announced) {
      announced = current;
      if (current != null) {
        shared.listener().onSwitched(peer, report(current), table.reason());
      }
    }
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
    if (timer != null) {
      timer.cancel(false);
    }
    waiting.forEach(w -> w.content().release());
    waiting.clear();
  }

  private long now() {
    return shared.nanoTime().getAsLong();
  }
}
