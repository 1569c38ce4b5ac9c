package dev.parley.forward;

import dev.parley.channels.StreamChannel;
import dev.parley.link.StreamEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins a socket to a stream channel: bytes both ways, each side held back while the other takes no
 * more, the end of a direction and a reset carried over.
 *
 * <p>Owned by the event loop of forwards. What comes from the channel comes on the links' thread,
 * and is handed over in batches; what comes from the socket is written to the channel in pieces of
 * up to {@link Sockets#READ_BYTES}, of which only the last of a round of reading is a small one.
 */
final class StreamJoint extends ChannelInboundHandlerAdapter implements StreamChannel.Handler {
  /** So much may wait for the event loop before the link is held back. */
  private static final long MAX_WAITING_BYTES = 1024 * 1024;

  private static final Logger log = LoggerFactory.getLogger(StreamJoint.class);

  private final Channel socket;
  private final StreamChannel channel;
  private final Executor loop;
  private final Tally tally;
  private final Consumer<StreamEnd> over;
  private final Handover handover;
  private boolean held;
  private boolean inputEnded;
  private boolean ended;

  /**
   * @param over is told how it ended, once, on the event loop
   */
  StreamJoint(
      Channel socket, StreamChannel channel, Executor loop, Tally tally, Consumer<StreamEnd> over) {
    this.socket = socket;
    this.channel = channel;
    this.loop = loop;
    this.tally = tally;
    this.over = over;
    this.handover = new Handover(loop, this::toSocket);
  }

  /** Begins; on the event loop. */
  void begin() {
    tally.opened();
    channel.start(this);
    if (!socket.isActive()) {
      end(new StreamEnd.Reset(0, false));
      return;
    }
    EarlyReads.handTo(socket, this);
    setReading(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      tally.out(bytes.readableBytes());
      channel.write(bytes.nioBuffer());
    } finally {
      bytes.release();
    }
    if (!channel.isWritable()) {
      setReading(false);
    }
  }

  @Override
  public void onWritable() {
    // Behind whatever found it not writable: that ran on the same loop before.
    loop.execute(
        () -> {
          if (channel.isWritable()) {
            setReading(true);
          }
        });
  }

  /** Not after the input has ended: there is nothing to wait for any more. */
  private void setReading(boolean reading) {
    if (!ended && !inputEnded) {
      socket.config().setAutoRead(reading);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      channel.shutdownOutput();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    // Nothing, when both directions had ended before.
    end(new StreamEnd.Reset(0, false));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      log.error("joining {} to {} met a bug", socket, channel.service(), cause);
    } else {
      log.debug("{}, joined to {}, failed", socket, channel.service(), cause);
    }
    end(new StreamEnd.Reset(0, false));
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    tally.in(bytes.remaining());
    if (handover.addBytes(bytes) > MAX_WAITING_BYTES) {
      hold();
      // The batch may be gone by now; then nothing else would let it go again.
      loop.execute(this::regulate);
    }
  }

  private void toSocket(List<ByteBuf> batch) {
    for (ByteBuf bytes : batch) {
      socket.write(bytes, socket.voidPromise());
    }
    socket.flush();
    regulate();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    regulate();
  }

  private void regulate() {
    if (ended || !socket.isActive()) {
      return;
    }
    if (socket.isWritable()) {
      letGo();
    } else {
      hold();
    }
  }

  private synchronized void hold() {
    if (!held) {
      held = true;
      channel.setReading(false);
    }
  }

  private synchronized void letGo() {
    if (held) {
      held = false;
      channel.setReading(true);
    }
  }

  @Override
  public void onEnd() {
    loop.execute(
        () -> {
          handover.drain();
          // Netty drops what is not written yet when the output is shut down.
          afterAll(((DuplexChannel) socket)::shutdownOutput);
        });
  }

  @Override
  public void onClosed(StreamEnd how) {
    loop.execute(
        () -> {
          if (how instanceof StreamEnd.Complete) {
            handover.drain();
          }
          end(how);
        });
  }

  private void afterAll(Runnable then) {
    socket.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> then.run());
  }

  private void end(StreamEnd how) {
    if (ended) {
      return;
    }
    ended = true;
    log.debug("{} is no longer joined to {}: {}", socket, channel.service(), how);
    handover.close();
    tally.closed();
    over.accept(how);
    if (how instanceof StreamEnd.Complete) {
      afterAll(socket::close);
    } else {
      channel.reset(0);
      Sockets.reset(socket);
    }
  }
}
