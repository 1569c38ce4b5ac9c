package dev.parley.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Shows the client codec the last datagram of a handshake a second time.
 *
 * <p>Netty looks whether a handshake is over when a datagram has been received. But wherever a key
 * has to be checked or used on the way, the handshake goes on only after that, when the codec is
 * about to send. So a dialler would learn that it is connected from the peer's next datagram: a
 * round trip late. QUIC drops what it has seen before (RFC 9000 §12.3), so the copy does nothing
 * but make Netty look.
 */
final class HandshakeNudge extends ChannelInboundHandlerAdapter {
  /** The peer's certificate, our certificate, our signature: each takes one turn of the loop. */
  private static final int TURNS = 4;

  private final Predicate<InetSocketAddress> inHandshake;
  private @Nullable DatagramPacket last;

  /**
   * @param inHandshake whether a connection that we dialled, by its address, is not up yet
   */
  HandshakeNudge(Predicate<InetSocketAddress> inHandshake) {
    this.inHandshake = inHandshake;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    DatagramPacket datagram = (DatagramPacket) message;
    if (inHandshake.test(datagram.sender())) {
      forget();
      last = datagram.copy();
    }
    ctx.fireChannelRead(datagram);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
    DatagramPacket copy = last;
    if (copy != null) {
      last = null;
      showAgain(ctx, copy, TURNS);
    }
  }

  private void showAgain(ChannelHandlerContext ctx, DatagramPacket copy, int turns) {
    if (!inHandshake.test(copy.sender())) {
      copy.release();
    } else if (turns > 0) {
      ctx.executor().execute(() -> showAgain(ctx, copy, turns - 1));
    } else {
      ctx.fireChannelRead(copy);
      ctx.fireChannelReadComplete();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    forget();
  }

  private void forget() {
    if (last != null) {
      last.release();
      last = null;
    }
  }
}
