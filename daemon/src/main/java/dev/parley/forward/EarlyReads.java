package dev.parley.forward;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Keeps what a socket brings before its channel is open. It is told not to read until then, but
 * epoll reads all the same once the other end has ended its direction, and what nobody takes would
 * be lost. No more than the kernel's buffer holds. Owned by the event loop.
 */
final class EarlyReads extends ChannelInboundHandlerAdapter {
  private final Queue<Object> held = new ArrayDeque<>();

  /** Lets this one take what has come, and what comes. */
  static void handTo(Channel socket, ChannelInboundHandlerAdapter taker) {
    ChannelPipeline pipeline = socket.pipeline();
    pipeline.addLast(taker);
    if (pipeline.get(EarlyReads.class) != null) {
      pipeline.remove(EarlyReads.class);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    held.add(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      held.add(event);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Reset before there was a channel: the socket closes, and its closing is what counts.
    context.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    for (Object next = held.poll(); next != null; next = held.poll()) {
      if (next instanceof ChannelInputShutdownEvent) {
        context.fireUserEventTriggered(next);
      } else {
        context.fireChannelRead(next);
      }
    }
  }
}
