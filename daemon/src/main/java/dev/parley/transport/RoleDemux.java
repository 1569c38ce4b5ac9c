package dev.parley.transport;

import dev.parley.nat.path.PathSwitch;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;

/**
 * Sends datagrams of connections that we dialled past the server codec to the client codec.
 *
 * <pre>  path switch → role demux → server codec → [bypass] → client codec  </pre>
 */
final class RoleDemux extends ChannelInboundHandlerAdapter {
  /** The name of the empty handler between the two codecs. */
  static final String BYPASS = "bypass";

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (PathSwitch.isDialled(((DatagramPacket) message).sender())) {
      ctx.pipeline().context(BYPASS).fireChannelRead(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
    // The server codec keeps this event to itself; the client codec waits for it to send.
    ctx.pipeline().context(BYPASS).fireChannelReadComplete();
  }
}
