package dev.parley.relay.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Stands before the acceptor: a connection that is refused here costs neither a pipeline nor TLS.
 * Confined to the loop of the listening channel.
 */
final class AcceptGate extends ChannelInboundHandlerAdapter {
  private final RelayCore core;
  private final Admission admission;

  AcceptGate(RelayCore core) {
    this.core = core;
    this.admission = new Admission(core.limits(), core.ticker);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Channel child = (Channel) message;
    InetSocketAddress remote = (InetSocketAddress) child.remoteAddress();
    if (remote == null) {
      // Reset before it was accepted.
      child.unsafe().closeForcibly();
      return;
    }
    InetAddress from = remote.getAddress();
    boolean ownProxy = core.behindProxy && from.isLoopbackAddress();
    Optional<Refusal> refusal =
        admission.decide(from, ownProxy, core.counters.handshakes.get(), core.limits());
    if (refusal.isPresent()) {
      core.counters.refused(refusal.get(), from);
      child.unsafe().closeForcibly();
      return;
    }
    HandshakeSlot.take(core.counters.handshakes, child);
    ctx.fireChannelRead(child);
  }
}
