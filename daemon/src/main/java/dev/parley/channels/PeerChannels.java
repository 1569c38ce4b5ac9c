package dev.parley.channels;

import dev.parley.link.LinkLease;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one peer: how much of what it may have it has, who waits for its link, and which
 * datagrams are whose. Owned by the links' thread, but for the atomic counts.
 */
final class PeerChannels {
  /** Channels of a peer that the programs here have not answered yet. */
  static final int MAX_UNANSWERED = 512;

  private final int maxChannels;
  private final OpeningRate rate;
  private final Supplier<LinkLease> wanting;
  private final Map<Integer, OpenDatagrams> flows = new HashMap<>();
  private final Set<OutgoingOpening<?>> waiting = new LinkedHashSet<>();
  private @Nullable LinkLease lease;
  private int incoming;
  private int outgoing;
  private int nextFlow;

  /** Accepted, and not over. */
  final AtomicInteger open = new AtomicInteger();

  final AtomicInteger unanswered = new AtomicInteger();

  PeerChannels(int maxChannels, OpeningRate rate, Supplier<LinkLease> wanting) {
    this.maxChannels = maxChannels;
    this.rate = rate;
    this.wanting = wanting;
  }

  /** A channel that the peer opens; given back by {@link #releaseIncoming}. */
  boolean takeIncoming(long nowNanos) {
    if (!rate.tryTake(nowNanos) || incoming >= maxChannels) {
      return false;
    }
    incoming++;
    adjustLease();
    return true;
  }

  void releaseIncoming() {
    incoming--;
    adjustLease();
  }

  /** A channel that a program here opens; given back by {@link #releaseOutgoing}. */
  boolean takeOutgoing() {
    if (outgoing >= maxChannels) {
      return false;
    }
    outgoing++;
    return true;
  }

  void releaseOutgoing() {
    outgoing--;
    adjustLease();
  }

  /** Wants a link while anything needs one. */
  void adjustLease() {
    boolean needed = incoming + outgoing > 0;
    if (needed && lease == null) {
      lease = wanting.get();
    } else if (!needed && lease != null) {
      lease.close();
      lease = null;
    }
  }

  void retryNow() {
    if (lease != null) {
      lease.retryNow();
    }
  }

  boolean isIdle() {
    return incoming + outgoing == 0;
  }

  Set<OutgoingOpening<?>> waiting() {
    return waiting;
  }

  /** Gives the channel a flow id by which the peer is to send. */
  int addFlow(OpenDatagrams channel) {
    while (flows.containsKey(nextFlow)) {
      nextFlow = (nextFlow + 1) & DatagramHeader.MAX_FLOW;
    }
    int flow = nextFlow;
    flows.put(flow, channel);
    nextFlow = (nextFlow + 1) & DatagramHeader.MAX_FLOW;
    return flow;
  }

  void removeFlow(int flow) {
    flows.remove(flow);
  }

  /** False: it belongs to no channel, or is no datagram of one. */
  boolean onDatagram(ByteBuffer datagram) {
    int flow = DatagramHeader.readFlow(datagram);
    OpenDatagrams channel = flow < 0 ? null : flows.get(flow);
    if (channel == null) {
      return false;
    }
    channel.onDatagram(datagram);
    return true;
  }
}
