package dev.parley.nat.path;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells inbound datagrams apart, by their first byte (RFC 7983, RFC 9443) and then by {@link
 * FlowLookup}, and hands them to whom they are for. Never releases them. Owned by the event loop.
 */
final class Demultiplexer {
  /**
   * A flow from outside whose peer is not proven by then is over, even if what runs above has made
   * nothing of it: what holds a place among the strangers must not hold it for ever.
   */
  static final long STRANGER_LIFETIME_MILLIS = 12_000;

  private static final int LAST_STUN_BYTE = 3;
  private static final int FIRST_FLOW_BYTE = 64;

  private final FlowLookup lookup;
  private final FlowTable flows;
  private final RouteTable routes;
  private final Notices notices;
  private final Route.Shared shared;
  private final BiConsumer<InetSocketAddress, ByteBuf> stun;

  /** Who takes what is told apart. */
  record Takers(
      FlowLookup lookup,
      FlowTable flows,
      RouteTable routes,
      Notices notices,
      BiConsumer<InetSocketAddress, ByteBuf> stun) {}

  Demultiplexer(Takers takers, Route.Shared shared) {
    this.lookup = takers.lookup();
    this.flows = takers.flows();
    this.routes = takers.routes();
    this.notices = takers.notices();
    this.stun = takers.stun();
    this.shared = shared;
  }

  void onDatagram(ByteBuf datagram, PathAddress from) {
    int first =
        datagram.isReadable() ? datagram.getUnsignedByte(datagram.readerIndex()) : FIRST_FLOW_BYTE;
    if (!datagram.isReadable()) {
      shared.drops().count(Drop.UNKNOWN_FORM);
    } else if (first <= LAST_STUN_BYTE && from instanceof PathAddress.DirectUdp direct) {
      stun.accept(direct.address(), datagram);
    } else if (first == Probe.MAGIC) {
      onProbe(datagram, from);
    } else if (first >= FIRST_FLOW_BYTE) {
      onFlowDatagram(datagram, from);
    } else {
      shared.drops().count(Drop.UNKNOWN_FORM);
    }
  }

  private void onFlowDatagram(ByteBuf datagram, PathAddress from) {
    Flow flow = lookup.find(datagram);
    if (flow == null) {
      flow = begin(datagram, from);
    }
    if (flow != null) {
      flow.received(from, now());
      shared
          .context()
          .fireChannelRead(new DatagramPacket(datagram.retain(), PathSwitch.LOCAL, flow.address()));
    }
  }

  private @Nullable Flow begin(ByteBuf datagram, PathAddress from) {
    if (!lookup.mayOpen(datagram)) {
      shared.drops().count(Drop.UNKNOWN_FLOW);
      return null;
    }
    Flow stranger = flows.accepted(datagram, from, now());
    if (stranger == null) {
      shared.drops().count(Drop.TOO_MANY_STRANGERS);
      return null;
    }
    shared
        .context()
        .executor()
        .schedule(() -> expire(stranger), STRANGER_LIFETIME_MILLIS, TimeUnit.MILLISECONDS);
    return stranger;
  }

  private void expire(Flow stranger) {
    if (!stranger.isNamed()) {
      boolean unused = flows.remove(stranger);
    }
  }

  private void onProbe(ByteBuf packet, PathAddress from) {
    Probe probe = Probe.parse(packet).orElse(null);
    if (probe == null) {
      shared.drops().count(Drop.UNKNOWN_FORM);
      return;
    }
    if (probe.type() == Probe.FORGOTTEN) {
      onNotice(probe, packet);
      return;
    }
    Route route = routes.byTag(probe.tag());
    if (route != null && !mayComeFrom(route, from)) {
      shared.drops().count(Drop.FORGED_PROBE);
      return;
    }
    if (route != null) {
      route.onProbe(probe, packet, from);
      return;
    }
    shared.drops().count(Drop.UNKNOWN_PROBE);
    if (probe.type() == Probe.REQUEST && !routes.isReserved(probe.tag())) {
      notify(probe, from);
    }
  }

  /** A connection is a way to the peer that it is tied to, and to nobody behind that peer. */
  private static boolean mayComeFrom(Route route, PathAddress from) {
    return !(from instanceof PathAddress.DirectTcp tcp)
        || tcp.connection().peer().equals(route.peer);
  }

  private void notify(Probe request, PathAddress from) {
    ByteBuf notice = notices.answer(request, shared.context().alloc(), now());
    if (notice != null) {
      shared.sender().send(from, notice, 0);
      shared.context().flush();
    }
  }

  private void onNotice(Probe notice, ByteBuf packet) {
    Route route = notices.prove(notice, packet, routes.all(), now());
    if (route == null) {
      shared.drops().count(Drop.FORGED_PROBE);
    } else {
      shared.listener().onForgotten(route.peer, route.localTagFor(notice.tag()));
    }
  }

  private long now() {
    return shared.nanoTime().getAsLong();
  }
}
