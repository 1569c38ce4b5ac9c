package dev.parley.nat.path;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Tells flows apart by what their datagrams say. Implemented by what runs above the switch, which
 * alone knows their form; for QUIC, by connection id. Called on the event loop, and must leave the
 * buffers' indices alone.
 */
public interface FlowLookup {
  /** The flow that this inbound datagram belongs to, if any. */
  @Nullable Flow find(ByteBuf datagram);

  /** Whether a datagram of no known flow may begin one. */
  boolean mayOpen(ByteBuf datagram);

  /** This datagram has begun that flow. */
  void opened(ByteBuf datagram, Flow flow);

  /** This datagram of the flow is about to be sent. */
  void sending(ByteBuf datagram, Flow flow);

  /** The flow is over; what was learned of it can be forgotten. */
  void closed(Flow flow);
}
