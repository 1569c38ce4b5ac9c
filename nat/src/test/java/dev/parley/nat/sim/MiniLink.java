package dev.parley.nat.sim;

import dev.parley.nat.PeerKey;
import dev.parley.nat.path.Flow;
import dev.parley.nat.path.ProbeKeys;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The double of a link over QUIC: as many round trips until the peer is proven and keys are
 * exchanged, then numbered frames that are repeated until they are acknowledged, and datagrams of
 * the user that are not.
 */
final class MiniLink {
  private static final long FIRST_REPEAT_MILLIS = 250;
  private static final long LONGEST_REPEAT_MILLIS = 4_000;
  private static final int FILLING = 100;

  /** Both as the real node's. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final MiniNode node;
  private final Flow flow;
  private final int flowId;
  private final byte[] secret = new byte[ProbeKeys.SECRET_BYTES];
  private final long localTag;
  private final Map<Integer, Datagram> unacknowledged = new TreeMap<>();
  private final Set<Integer> heard = new HashSet<>();
  private @Nullable PeerKey peer;
  private boolean proven;
  private boolean up;
  private boolean closed;
  private int frames;
  private int vain;
  private long nextAttemptAt;

  MiniLink(MiniNode node, Flow flow, int flowId, @Nullable PeerKey peer) {
    this.node = node;
    this.flow = flow;
    this.flowId = flowId;
    this.peer = peer;
    node.random().nextBytes(secret);
    this.localTag = node.random().nextLong();
  }

  @Nullable PeerKey peer() {
    return peer;
  }

  Flow flow() {
    return flow;
  }

  long localTag() {
    return localTag;
  }

  /** Whether keys have been exchanged. */
  boolean isUp() {
    return up;
  }

  /** Sends the hello, and again until it is answered. */
  void dial(long again) {
    if (!proven && !closed) {
      send(Datagram.OPENING, Datagram.Type.HELLO, Datagram.hello(node.key()));
      later(again, () -> dial(Math.min(2 * again, LONGEST_REPEAT_MILLIS)));
    }
  }

  void dial() {
    dial(FIRST_REPEAT_MILLIS);
  }

  void onDatagram(Datagram datagram) {
    ByteBuf in = datagram.in();
    switch (datagram.type()) {
      case HELLO -> {
        peer = datagram.hello();
        send(Datagram.ORDINARY, Datagram.Type.WELCOME, Datagram.hello(node.key()));
      }
      case WELCOME -> prove();
      case KEYS, ADDRESSES, ATTEMPT, SIGNAL -> onFrame(datagram.type(), in.readInt(), in);
      case ACKNOWLEDGED -> unacknowledged.remove(in.readInt());
      case DATA -> node.onData(peer(), in.readLong());
    }
  }

  /** The handshake is over at this end. */
  private void prove() {
    if (!proven && peer != null) {
      proven = true;
      node.onProven(this, peer);
      node.paths().reserve(localTag);
      sendFrame(Datagram.Type.KEYS, Datagram.keys(secret, localTag));
    }
  }

  private void onFrame(Datagram.Type type, int number, ByteBuf in) {
    if (type == Datagram.Type.KEYS) {
      prove();
    }
    if (!proven || type != Datagram.Type.KEYS && !up) {
      return;
    }
    send(Datagram.ORDINARY, Datagram.Type.ACKNOWLEDGED, number(number));
    if (!heard.add(number) || peer == null) {
      return;
    }
    switch (type) {
      case KEYS -> {
        node.paths().authorize(peer, Datagram.keys(in, secret, localTag));
        up = true;
        node.onUp(this, peer);
      }
      case ADDRESSES -> node.onAddresses(peer, Datagram.addresses(in));
      case ATTEMPT -> node.onAttempt(peer);
      case SIGNAL -> node.onSignal(peer, ByteBufUtil.getBytes(in));
      case HELLO, WELCOME, ACKNOWLEDGED, DATA -> throw new IllegalStateException(type.name());
    }
  }

  void sendFrame(Datagram.Type type, byte[] body) {
    int number = ++frames;
    byte[] numbered = Unpooled.wrappedBuffer(number(number), body).copy().array();
    unacknowledged.put(number, new Datagram(Datagram.ORDINARY, flowId, type, numbered));
    repeat(number, FIRST_REPEAT_MILLIS);
  }

  private void repeat(int number, long again) {
    Datagram datagram = unacknowledged.get(number);
    if (datagram != null && !closed) {
      node.write(flow, datagram.encode());
      later(again, () -> repeat(number, Math.min(2 * again, LONGEST_REPEAT_MILLIS)));
    }
  }

  /**
   * Whether the real node would begin an attempt at a direct path now, for which it asks STUN
   * servers anew: after 0, 5, 10, 20 … s while the link is not direct, and every five minutes.
   */
  boolean isAttemptDue(boolean direct, long now) {
    if (direct || !up) {
      vain = 0;
      nextAttemptAt = now;
      return false;
    }
    if (now - nextAttemptAt < 0) {
      return false;
    }
    nextAttemptAt = now + Math.min(FIRST_PAUSE.toNanos() << vain, LONGEST_PAUSE.toNanos());
    vain = Math.min(vain + 1, 16);
    return true;
  }

  void sendData(long number) {
    byte[] body = Unpooled.buffer(FILLING).writeLong(number).array();
    send(Datagram.ORDINARY, Datagram.Type.DATA, body);
  }

  private void send(int form, Datagram.Type type, byte[] body) {
    node.write(flow, new Datagram(form, flowId, type, body).encode());
  }

  private void later(long millis, Runnable action) {
    boolean unused = node.loop().schedule(action, millis, TimeUnit.MILLISECONDS).isCancelled();
  }

  private static byte[] number(int number) {
    return Unpooled.copyInt(number).array();
  }

  void close() {
    closed = true;
    if (peer != null) {
      node.paths().revoke(peer, localTag);
    }
    node.paths().close(flow);
  }
}
