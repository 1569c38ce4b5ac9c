package dev.parley.transport;

import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.LinkPath;
import dev.parley.link.StreamEnd;
import dev.parley.nat.path.Flow;
import dev.parley.peer.v1.StreamHeader;
import dev.parley.peer.v1.StreamKind;
import dev.parley.proto.id.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A stream of bytes with a peer, carried by one QUIC stream after another.
 *
 * <p>A QUIC connection that has filled a slow relay believes in that relay for long: after the move
 * to a path that is a hundred times faster it still sends at the relay's rate for seconds. A fresh
 * connection over the same path does not. So a stream of bytes can go on on another connection,
 * each direction by itself: the last chunk on the old QUIC stream (a <em>leg</em>) names the new
 * one, and whoever reads goes on there once it has read that. Nothing is lost, sent twice or put
 * out of order, for both legs are reliable and one is read after the other.
 *
 * <p>Owned by the event loop, but for what {@link ByteStream} promises.
 */
final class CarriedStream implements ByteStream {
  /** What was sent is not what a stream may hold. */
  static final int RESET_HOSTILE = 1 << 30;

  /** Legs that are open at a time; one is left once its last bytes are through. */
  static final int MAX_LEGS = 8;

  private final PeerBulk owner;
  private final long token;
  private final boolean ours;
  private final OutboundBytes outbound = new OutboundBytes(ByteBufAllocator.DEFAULT);
  private final AtomicBoolean drainDue = new AtomicBoolean();
  private final Map<Integer, ByteLeg> legs = new HashMap<>();
  private @Nullable ByteStreamHandler handler;
  private @Nullable ByteLeg in;
  private @Nullable ByteLeg out;
  private @Nullable ByteLeg moving;
  private int awaitedLeg;
  private int nextLeg;
  private boolean inEnded;
  private boolean outEnded;
  private boolean over;
  private volatile boolean endWanted;
  private volatile boolean reading = true;
  private volatile Flow flow;

  /**
   * @param flow where its path is seen until it has a leg
   * @param ours whether this side opens it
   */
  CarriedStream(PeerBulk owner, long token, boolean ours, Flow flow) {
    this.owner = owner;
    this.token = token;
    this.ours = ours;
    this.flow = flow;
    this.nextLeg = ours ? 2 : 1;
  }

  /** Before anything can happen. */
  void handledBy(ByteStreamHandler newHandler) {
    handler = newHandler;
  }

  long token() {
    return token;
  }

  @Override
  public PeerId peer() {
    return owner.peer();
  }

  @Override
  public LinkPath path() {
    return LinkPaths.of(flow.path());
  }

  @Override
  public void write(ByteBuffer bytes) {
    if (!endWanted) {
      outbound.add(bytes);
      drainSoon();
    }
  }

  @Override
  public boolean isWritable() {
    return outbound.isWritable();
  }

  @Override
  public void setReading(boolean value) {
    // At once: whoever is flooded says so from within onBytes.
    reading = value;
    owner.loop().execute(this::pump);
  }

  @Override
  public void end() {
    endWanted = true;
    drainSoon();
  }

  @Override
  public void reset(int reason) {
    owner.loop().execute(() -> resetNow(reason));
  }

  private void resetNow(int reason) {
    if (!over) {
      List.copyOf(legs.values()).forEach(leg -> leg.reset(reason));
      over(new StreamEnd.Reset(reason, false));
    }
  }

  /** All that is written within one turn of the event loop goes out together. */
  private void drainSoon() {
    if (drainDue.compareAndSet(false, true)) {
      owner.loop().execute(this::drain);
    }
  }

  private void drain() {
    drainDue.set(false);
    ByteLeg leg = out;
    if (leg == null || over) {
      return;
    }
    while (leg.isWritable()) {
      ByteBuf chunk = outbound.next();
      if (chunk == null) {
        break;
      }
      leg.write(chunk);
    }
    outbound.setLegTakes(leg.isWritable() || !leg.isOpen());
    if (endWanted && !outEnded && outbound.isEmpty() && leg.isOpen()) {
      outEnded = true;
      leg.writeEnd();
      settleComplete();
    } else if (outbound.wakes() && handler != null) {
      handler.onWritable();
    }
  }

  /** Opens the first leg. */
  void begin(StreamKind kind, BulkConnection connection) {
    if (over) {
      return;
    }
    ByteLeg leg = first(connection);
    connection.open(StreamHeader.newBuilder().setKind(kind).setStreamToken(token).build(), leg);
  }

  /** The first leg, opened by this side or the peer. */
  ByteLeg first(BulkConnection connection) {
    ByteLeg leg = new ByteLeg(0, connection, this);
    legs.put(0, leg);
    in = leg;
    out = leg;
    flow = connection.flow();
    return leg;
  }

  /** Goes on sending on that connection, once there is a leg. */
  void moveTo(BulkConnection connection) {
    ByteLeg leg = out;
    if (over || outEnded || moving != null || leg == null || !leg.isOpen()) {
      return;
    }
    if (leg.connection() != connection && legs.size() < MAX_LEGS) {
      ByteLeg next = new ByteLeg(nextLeg, connection, this);
      nextLeg += 2;
      moving = next;
      legs.put(next.id(), next);
      connection.open(
          StreamHeader.newBuilder()
              .setKind(StreamKind.STREAM_KIND_MOVED)
              .setStreamToken(token)
              .setLeg(next.id())
              .build(),
          next);
    }
  }

  /** The peer has opened one more leg; null when it may not. */
  @Nullable ByteLeg movedHere(int id, BulkConnection connection) {
    boolean theirs = id > 0 && id % 2 == (ours ? 1 : 0);
    if (!theirs || legs.containsKey(id) || legs.size() >= MAX_LEGS) {
      connection.onHostileInput("a leg that it may not open");
      return null;
    }
    ByteLeg leg = new ByteLeg(id, connection, this);
    legs.put(id, leg);
    return leg;
  }

  void onLegOpen(ByteLeg leg) {
    if (over) {
      leg.reset(0);
    } else if (leg == out) {
      drain();
    } else if (leg == moving) {
      moving = null;
      switchTo(leg);
    } else {
      onPeersLeg(leg);
    }
  }

  /** The peer sends here from now on. So does this side, unless it has a newer connection. */
  private void onPeersLeg(ByteLeg leg) {
    ByteLeg before = out;
    if (!outEnded && before != null && leg.connection().isNewerThan(before.connection())) {
      switchTo(leg);
    } else {
      leg.writeNothing();
    }
    if (awaitedLeg == leg.id()) {
      awaitedLeg = 0;
      in = leg;
      leg.pump();
    }
  }

  private void switchTo(ByteLeg leg) {
    ByteLeg before = out;
    if (outEnded || before == null || !before.isOpen()) {
      leg.writeNothing();
      return;
    }
    before.writeMoved(leg.id());
    out = leg;
    flow = leg.connection().flow();
    drain();
  }

  void onLegFailed(ByteLeg leg, String why) {
    legs.remove(leg.id(), leg);
    if (leg == moving) {
      moving = null;
    } else {
      over(new StreamEnd.Lost(why));
    }
  }

  void onLegWritability(ByteLeg leg) {
    if (leg == out) {
      drain();
    }
  }

  /** Whether this leg is the one that is read. */
  boolean takesTurn(ByteLeg leg) {
    return leg == in;
  }

  boolean reads() {
    return reading;
  }

  boolean takesFrom(ByteLeg leg) {
    return leg == in && reading && !over;
  }

  private void pump() {
    if (in != null && !over) {
      in.pump();
    }
  }

  void onBytes(ByteBuffer bytes) {
    if (handler != null) {
      handler.onBytes(bytes);
    }
  }

  void onPeerEnd() {
    inEnded = true;
    if (handler != null) {
      handler.onEnd();
    }
    settleComplete();
  }

  void onPeerMoved(int id) {
    ByteLeg next = legs.get(id);
    if (next == in) {
      onHostile();
    } else if (next == null || !next.isOpen()) {
      awaitedLeg = id;
      in = null;
    } else {
      in = next;
      owner.loop().execute(this::pump);
    }
  }

  void onPeerReset(int code) {
    if (!over) {
      List.copyOf(legs.values()).forEach(leg -> leg.reset(code));
      over(new StreamEnd.Reset(code, true));
    }
  }

  void onHostile() {
    resetNow(RESET_HOSTILE);
  }

  /** The peer reads no more, and why it does not is heard by reading. */
  void onWriteFailed(ByteLeg leg) {
    if (!over && leg == out && !outEnded) {
      reading = true;
      pump();
    }
  }

  void onLegGone(ByteLeg leg, String why) {
    legs.remove(leg.id(), leg);
    if (!over && (leg == in && !inEnded || leg == out && !outEnded)) {
      over(new StreamEnd.Lost(why));
    }
  }

  boolean isOver() {
    return over;
  }

  void lost(String why) {
    over(new StreamEnd.Lost(why));
  }

  private void settleComplete() {
    if (inEnded && outEnded) {
      over(new StreamEnd.Complete());
    }
  }

  private void over(StreamEnd how) {
    if (over) {
      return;
    }
    over = true;
    outbound.close();
    legs.values().forEach(ByteLeg::releaseHeld);
    owner.forget(this);
    if (!(how instanceof StreamEnd.Complete)) {
      List.copyOf(legs.values()).forEach(leg -> leg.reset(0));
    }
    if (handler != null) {
      handler.onClosed(how);
    }
  }
}
