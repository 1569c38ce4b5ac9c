package dev.parley.nat.ice;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt has of the UDP port in one address family: checks come in by a bounded queue, and
 * go out through the event loop. Thread-safe, except for what is marked otherwise.
 */
final class CheckPort {
  /** Checks that wait for ice4j; what a flood brings beyond is dropped. */
  static final int MAX_QUEUED = 64;

  /** Addresses at which a peer can aim our checks by sending its own from there. */
  static final int MAX_LEARNED = 8;

  /** One packet, authenticated. */
  record Inbound(byte[] packet, InetSocketAddress from) {}

  /** Takes what ice4j sends; called on its threads. */
  interface Outlet {
    void send(CheckPort from, byte[] packet, InetSocketAddress to) throws IOException;
  }

  private static final Inbound END = new Inbound(new byte[0], new InetSocketAddress(0));

  private final InetSocketAddress base;
  private final Outlet outlet;
  private final BlockingQueue<Inbound> inbound = new ArrayBlockingQueue<>(MAX_QUEUED);
  private volatile boolean closed;

  CheckPort(InetSocketAddress base, Outlet outlet) {
    this.base = base;
    this.outlet = outlet;
  }

  /** The address that stands for the port. */
  InetSocketAddress base() {
    return base;
  }

  boolean isIpv6() {
    return IceLocals.isIpv6(base);
  }

  /** False when there is no room, or no one to take it. */
  boolean offer(byte[] packet, InetSocketAddress from) {
    return !closed && inbound.offer(new Inbound(packet, from));
  }

  /** Waits for the next packet; throws when the port is closed. */
  Inbound take() throws SocketException {
    try {
      Inbound next = closed ? END : inbound.take();
      if (next == END || closed) {
        throw new SocketException("closed");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw asSocketException(e);
    }
  }

  void send(byte[] packet, @Nullable InetSocketAddress to) throws IOException {
    if (closed || to == null) {
      throw new SocketException("closed");
    }
    outlet.send(this, packet, to);
  }

  void close() {
    closed = true;
    inbound.clear();
    boolean woken = inbound.offer(END);
    if (!woken) {
      throw new IllegalStateException("nobody fills the queue of a closed port");
    }
  }

  private static SocketException asSocketException(Exception cause) {
    SocketException wrapped = new SocketException("interrupted");
    wrapped.initCause(cause);
    return wrapped;
  }
}
