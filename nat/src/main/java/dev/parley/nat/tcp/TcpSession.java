package dev.parley.nat.tcp;

import dev.parley.nat.PeerKey;
import dev.parley.nat.TcpCarrier;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: untied, tied to a peer, and closed, in this order. Owned by the event loop. */
final class TcpSession extends ChannelInboundHandlerAdapter implements TcpCarrier {
  /** From the connection to its being tied: three journeys of a packet, and retransmissions. */
  static final long OPENING_TIMEOUT_MILLIS = 5_000;

  private static final Logger log = LoggerFactory.getLogger(TcpSession.class);

  /** Who holds the connections. */
  interface Owner {
    /** False when there may be no more: then the connection is closed. */
    boolean onTied(TcpSession session);

    /** A datagram over a tied connection; to be released. */
    void onDatagram(TcpSession session, ByteBuf datagram);

    /** What came over an untied connection was not what opens one, or did not come in time. */
    void onHostile(TcpSession session);

    /** Once, whoever closed it. */
    void onEnded(TcpSession session, String reason);
  }

  private enum State {
    UNTIED,
    TIED,
    ENDED
  }

  private final Channel channel;
  private final InetSocketAddress remote;
  private final Opening opening;
  private final Owner owner;
  private State state = State.UNTIED;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean flushPending;

  TcpSession(Channel channel, InetSocketAddress remote, Opening opening, Owner owner) {
    this.channel = channel;
    this.remote = remote;
    this.opening = opening;
    this.owner = owner;
  }

  Channel channel() {
    return channel;
  }

  @Override
  public PeerKey peer() {
    return opening.link().peer();
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public boolean isOpen() {
    return state == State.TIED && channel.isActive();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (ctx.channel().isActive()) {
      begin(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    begin(ctx);
  }

  private void begin(ChannelHandlerContext ctx) {
    if (deadline == null && state == State.UNTIED) {
      deadline =
          ctx.executor().schedule(this::onLate, OPENING_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      write(ctx, opening.begin());
    }
  }

  private void onLate() {
    if (state == State.UNTIED) {
      owner.onHostile(this);
      close("it was not tied to a peer in time");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf frame = (ByteBuf) message;
    if (state == State.TIED) {
      owner.onDatagram(this, frame);
      return;
    }
    try {
      if (state == State.UNTIED) {
        write(ctx, opening.onFrame(frame));
        onOpening();
      }
    } finally {
      frame.release();
    }
  }

  private void onOpening() {
    switch (opening.state()) {
      case AWAITING_HELLO, AWAITING_PROOF -> {
        // More is to come.
      }
      case REFUSED -> {
        owner.onHostile(this);
        close("it does not open as one of a peer's");
      }
      case TIED -> {
        cancelDeadline();
        transition(State.TIED, "proven");
        if (!owner.onTied(this)) {
          close("there are enough connections with this peer");
        }
      }
    }
  }

  private static void write(ChannelHandlerContext ctx, List<byte[]> frames) {
    for (byte[] frame : frames) {
      ctx.write(
          ctx.alloc()
              .ioBuffer(FrameDecoder.HEADER_BYTES + frame.length)
              .writeShort(frame.length)
              .writeBytes(frame),
          ctx.voidPromise());
    }
    if (!frames.isEmpty()) {
      ctx.flush();
    }
  }

  @Override
  public boolean send(ByteBuf datagram) {
    ChannelHandlerContext ctx = context;
    try {
      int size = datagram.readableBytes();
      if (ctx == null
          || !isOpen()
          || size < 1
          || size > FrameDecoder.MAX_FRAME_BYTES
          || !channel.isWritable()) {
        return false;
      }
      ByteBuf frame = ctx.alloc().ioBuffer(FrameDecoder.HEADER_BYTES + size);
      frame.writeShort(size).writeBytes(datagram, datagram.readerIndex(), size);
      ctx.write(frame, ctx.voidPromise());
      flushSoon(ctx);
      return true;
    } finally {
      datagram.release();
    }
  }

  /** Once per turn of the loop, or when there is as much as may wait. */
  private void flushSoon(ChannelHandlerContext ctx) {
    if (!channel.isWritable()) {
      ctx.flush();
    } else if (!flushPending) {
      flushPending = true;
      ctx.executor()
          .execute(
              () -> {
                flushPending = false;
                ctx.flush();
              });
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    onClosed();
  }

  /** The channel is closed, whether it was ever active or not. */
  void onClosed() {
    end("the connection was closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof DecoderException) {
      owner.onHostile(this);
      close("it carries what is no frame");
    } else if (cause instanceof IOException) {
      close(String.valueOf(cause.getMessage()));
    } else {
      log.warn("a TCP connection with {} failed", remote, cause);
      close("a failure on this side");
    }
  }

  @Override
  public void close(String reason) {
    end(reason);
    channel.close();
  }

  private void end(String reason) {
    if (state != State.ENDED) {
      cancelDeadline();
      transition(State.ENDED, reason);
      owner.onEnded(this, reason);
    }
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  private void transition(State next, String reason) {
    log.debug("TCP {}: {} -> {}: {}", remote, state, next, reason);
    state = next;
  }
}
