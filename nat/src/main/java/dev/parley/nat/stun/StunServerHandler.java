package dev.parley.nat.stun;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Answers binding requests on a UDP channel of its own and drops everything else without a word.
 *
 * <p>Confined to the channel's event loop. Answers leave in one flush per burst of requests; when
 * the socket is full they are dropped, never queued.
 */
public final class StunServerHandler extends SimpleChannelInboundHandler<DatagramPacket> {
  /** What became of a datagram. */
  public enum Outcome {
    ANSWERED,
    /** No binding request. */
    MALFORMED,
    /** More requests than may be answered, or than the socket takes. */
    OVER_RATE
  }

  private final BooleanSupplier mayAnswer;
  private final Consumer<Outcome> outcomes;

  /**
   * @param mayAnswer asked once for each binding request: the rate limit
   */
  public StunServerHandler(BooleanSupplier mayAnswer, Consumer<Outcome> outcomes) {
    this.mayAnswer = mayAnswer;
    this.outcomes = outcomes;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
    if (!StunMessage.looksLikeStun(packet.content())) {
      outcomes.accept(Outcome.MALFORMED);
      return;
    }
    if (!ctx.channel().isWritable() || !mayAnswer.getAsBoolean()) {
      outcomes.accept(Outcome.OVER_RATE);
      return;
    }
    Optional<ByteBuf> answer =
        BindingResponder.answer(packet.content(), packet.sender(), ctx.alloc());
    answer.ifPresent(a -> ctx.write(new DatagramPacket(a, packet.sender()), ctx.voidPromise()));
    outcomes.accept(answer.isPresent() ? Outcome.ANSWERED : Outcome.MALFORMED);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  /** An ICMP error for an answer that nobody waited for, say: the port goes on. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    outcomes.accept(Outcome.MALFORMED);
  }
}
