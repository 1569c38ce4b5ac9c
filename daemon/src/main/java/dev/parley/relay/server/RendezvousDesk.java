package dev.parley.relay.server;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.nat.PeerKey;
import dev.parley.relay.RelayWire;
import dev.parley.relay.rendezvous.Refused;
import dev.parley.relay.rendezvous.Slots;
import dev.parley.relay.v1.RendezvousRequest;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;

/** One client's requests about slots. Confined to the client's loop. */
final class RendezvousDesk implements AutoCloseable {
  private final RelayCore core;
  private final PeerKey who;
  private final Slots.Seat seat;

  /**
   * @param member is told by any thread
   */
  RendezvousDesk(RelayCore core, PeerKey who, InetAddress from, Slots.Member member) {
    this.core = core;
    this.who = who;
    this.seat = new Slots.Seat(Admission.network(from), member);
  }

  /**
   * A message after its type byte.
   *
   * @return whether it was one
   */
  boolean onMessage(ByteBuf message) {
    RendezvousRequest request;
    try {
      request = RelayWire.readRendezvousRequest(message);
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
    switch (request.getBodyCase()) {
      case OPEN -> core.slots.open(seat).ifPresent(this::count);
      case JOIN -> core.slots.join(seat, request.getJoin().getSlot()).ifPresent(this::count);
      case FRAME -> core.slots.frame(seat, request.getFrame()).ifPresent(this::count);
      case BODY_NOT_SET -> {
        // Of a later revision; it is not for us.
      }
    }
    return true;
  }

  private void count(Refused why) {
    core.counters.refused(
        switch (why) {
          case NO_SUCH_SLOT -> Refusal.RENDEZVOUS_GUESS;
          case RATE_OF_ADDRESS, RATE_IN_ALL -> Refusal.RENDEZVOUS_RATE;
          case SLOTS_OF_ADDRESS, SLOTS_IN_ALL -> Refusal.RENDEZVOUS_SLOTS;
          case MISUSED -> Refusal.RENDEZVOUS_MISUSED;
        },
        who);
  }

  @Override
  public void close() {
    core.slots.leave(seat);
  }
}
