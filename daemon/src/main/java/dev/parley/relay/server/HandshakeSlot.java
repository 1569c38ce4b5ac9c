package dev.parley.relay.server;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One place among the connections that have not authenticated; given back exactly once. */
final class HandshakeSlot {
  private static final AttributeKey<HandshakeSlot> KEY =
      AttributeKey.valueOf(HandshakeSlot.class, "slot");

  private final AtomicInteger taken;
  private final AtomicBoolean released = new AtomicBoolean();

  private HandshakeSlot(AtomicInteger taken) {
    this.taken = taken;
  }

  /** Takes a place that the channel keeps until it has authenticated or is closed. */
  static void take(AtomicInteger taken, Channel channel) {
    HandshakeSlot slot = new HandshakeSlot(taken);
    taken.incrementAndGet();
    channel.attr(KEY).set(slot);
    channel.closeFuture().addListener(closed -> slot.release());
  }

  static HandshakeSlot of(Channel channel) {
    return channel.attr(KEY).get();
  }

  /** Whether the connection has not authenticated yet. */
  boolean isHeld() {
    return !released.get();
  }

  void release() {
    if (released.compareAndSet(false, true)) {
      taken.decrementAndGet();
    }
  }
}
