package dev.parley.relay.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.nat.PeerKey;
import dev.parley.relay.MailFragments;
import dev.parley.relay.RelayProof;
import dev.parley.relay.RelayWire;
import dev.parley.relay.v1.Answer;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.GoAway;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.RendezvousEvent;
import dev.parley.relay.v1.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket: proves both keys, then passes datagrams. Confined to its event loop; other loops
 * only {@link #write}, {@link #flush} and {@link #goAway}.
 */
final class Session extends ChannelInboundHandlerAdapter implements MailDesk.Replies {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  /** Pings and the like. A node sends one every 15 s and a few when it checks. */
  private static final int CONTROL_PER_SECOND = 10;

  private static final int CONTROL_BURST = 20;

  private enum State {
    /** The challenge is out. */
    UNPROVEN,
    ADMITTED,
    /** The last word is out; whatever still comes in is thrown away. */
    ENDING
  }

  private final RelayCore core;
  private final @Nullable InetSocketAddress observed;
  private final ByteString nonce;
  private final TokenBucket control;

  private State state = State.UNPROVEN;
  private @Nullable ChannelHandlerContext context;
  private @Nullable PeerKey key;
  private @Nullable Forwarder forwarder;
  private @Nullable MailDesk desk;
  private @Nullable RendezvousDesk rendezvous;

  Session(RelayCore core, @Nullable InetSocketAddress observed) {
    this.core = core;
    this.observed = observed;
    byte[] random = new byte[RelayWire.NONCE_BYTES];
    core.random.nextBytes(random);
    this.nonce = ByteString.copyFrom(random);
    this.control = new TokenBucket(CONTROL_BURST, core.ticker.read());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    send(ServerFrames.challenge(core, nonce));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (state != State.ENDING && message instanceof WebSocketFrame frame) {
        onFrame(ctx, frame);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onFrame(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (frame instanceof BinaryWebSocketFrame && frame.isFinalFragment()) {
      onMessage(frame.content());
    } else if (frame instanceof PingWebSocketFrame) {
      if (mayAnswerControl()) {
        ctx.writeAndFlush(new PongWebSocketFrame(frame.content().retain()), ctx.voidPromise());
      }
    } else if (frame instanceof CloseWebSocketFrame) {
      ctx.close();
    } else if (!(frame instanceof PongWebSocketFrame)) {
      protocolError("only whole binary messages are taken");
    }
  }

  private void onMessage(ByteBuf message) {
    if (desk != null && desk.isOverdue()) {
      protocolError("a message about mail that was begun and not finished");
      return;
    }
    byte type = message.isReadable() ? message.getByte(message.readerIndex()) : 0;
    if (type == RelayWire.CONTROL) {
      onControl(message.skipBytes(1));
    } else if (type == RelayWire.SEND
        && forwarder != null
        && message.readableBytes() >= RelayWire.DATAGRAM_HEADER_BYTES) {
      PeerKey target = RelayWire.readKey(message.slice().skipBytes(1));
      if (forwarder.forward(message, target) == Forwarder.Outcome.TELL_ABSENT) {
        tellAbsent(target);
      }
    } else if (type == RelayWire.MAIL && desk != null) {
      onMail(desk, message.skipBytes(1));
    } else if (type == RelayWire.RENDEZVOUS && rendezvous != null) {
      onRendezvous(rendezvous, message.skipBytes(1));
    } else {
      protocolError("a message of unknown type or too short, or sent before the answer");
    }
  }

  private void onControl(ByteBuf message) {
    ClientFrame frame;
    try {
      frame = RelayWire.readClientFrame(message);
    } catch (InvalidProtocolBufferException e) {
      protocolError("a control message that cannot be read");
      return;
    }
    switch (frame.getBodyCase()) {
      case ANSWER -> {
        if (state == State.UNPROVEN) {
          onAnswer(frame.getAnswer());
        } else {
          protocolError("a second answer");
        }
      }
      case PING -> {
        if (state != State.ADMITTED) {
          protocolError("a ping before the answer");
        } else if (mayAnswerControl()) {
          send(ServerFrames.pong(frame.getPing().getToken()));
        }
      }
      case BODY_NOT_SET -> {
        // Of a later revision; it is not for us.
        if (state != State.ADMITTED) {
          protocolError("an unknown message before the answer");
        }
      }
    }
  }

  private void onAnswer(Answer answer) {
    AnswerCheck.Verdict verdict = AnswerCheck.judge(core, nonce, answer);
    if (verdict instanceof AnswerCheck.Verdict.Proven proven) {
      admit(proven.key(), proven.proof());
    } else if (verdict instanceof AnswerCheck.Verdict.Refused refused) {
      refuse(refused);
    }
  }

  private void admit(PeerKey proven, RelayProof proof) {
    Directory.Entry entry = core.directory.enter(proven, this, core.limits().maxClients());
    if (!entry.entered()) {
      refuse(AnswerCheck.FULL);
      return;
    }
    key = proven;
    forwarder = new Forwarder(core, proven);
    MailService mail = core.mail();
    if (mail != null && observed != null) {
      desk = new MailDesk(core, mail, proven, observed.getAddress(), this);
    }
    if (observed != null) {
      rendezvous = new RendezvousDesk(core, proven, observed.getAddress(), this::tell);
    }
    transition(State.ADMITTED, "it proved its key");
    HandshakeSlot.of(context().channel()).release();
    entry
        .replaced()
        .ifPresent(
            old ->
                old.goAway(GoAway.Reason.REPLACED, "the same key connected again", Duration.ZERO));
    context()
        .pipeline()
        .addBefore(
            context().name(),
            "idle",
            new IdleStateHandler(core.timing.idle().toMillis(), 0, 0, TimeUnit.MILLISECONDS));
    send(ServerFrames.welcome(core, proof, observed));
  }

  private void refuse(AnswerCheck.Verdict.Refused refused) {
    core.counters.refused(refused.refusal(), who());
    goAway(refused.reason(), refused.detail(), refused.retryAfter());
  }

  private void tellAbsent(PeerKey target) {
    if (context().channel().isWritable()) {
      send(ServerFrames.targetAbsent(target));
    }
  }

  /** A client that does not read must not make us queue answers for it. */
  private boolean mayAnswerControl() {
    if (context().channel().isWritable()
        && control.tryTake(1, CONTROL_PER_SECOND, CONTROL_BURST, core.ticker.read())) {
      return true;
    }
    core.counters.refused(Refusal.CONTROL_RATE, who());
    return false;
  }

  private void protocolError(String what) {
    core.counters.refused(Refusal.PROTOCOL_ERROR, who());
    goAway(GoAway.Reason.PROTOCOL_ERROR, what, Duration.ZERO);
  }

  /** Says why and ends the connection. May be called by any thread. */
  void goAway(GoAway.Reason reason, String detail, Duration retryAfter) {
    if (!context().executor().inEventLoop()) {
      context().executor().execute(() -> goAway(reason, detail, retryAfter));
      return;
    }
    if (state == State.ENDING) {
      return;
    }
    transition(State.ENDING, reason.name());
    leave();
    send(ServerFrames.goAway(reason, detail, retryAfter));
    ChannelHandlerContext ctx = context();
    ctx.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
    // The client closes when it has read this; one that does not is not waited for.
    ctx.executor()
        .schedule(() -> ctx.close(), core.timing.linger().toMillis(), TimeUnit.MILLISECONDS);
  }

  ChannelFuture closeFuture() {
    return context().channel().closeFuture();
  }

  boolean isWritable() {
    return context().channel().isWritable();
  }

  /** Queues a RECV message without flushing it, and releases it. May be called by any thread. */
  void write(ByteBuf message) {
    context().write(new BinaryWebSocketFrame(message), context().voidPromise());
  }

  /** May be called by any thread. */
  void flush() {
    context().flush();
  }

  /** After a reload. May be called by any thread. */
  void applyLimits() {
    ConnectionInitializer.applySendQueueLimit(context().channel(), core.limits().sendQueueBytes());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (forwarder != null) {
      forwarder.flush();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    leave();
    if (state != State.ENDING) {
      transition(State.ENDING, "the connection closed");
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent) {
      core.counters.refused(Refusal.IDLE, who());
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      if (corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
        core.counters.refused(Refusal.FRAME_TOO_LARGE, who());
        goAway(GoAway.Reason.PROTOCOL_ERROR, "a frame larger than allowed", Duration.ZERO);
      } else {
        protocolError("a frame that breaks RFC 6455");
      }
      return;
    }
    if (!(cause instanceof IOException)) {
      core.counters.refused(Refusal.FAILED, who());
      log.debug("a relay connection failed", cause);
    }
    ctx.close();
  }

  private void leave() {
    if (key != null) {
      core.directory.leave(key, this);
    }
    forwarder = null;
    if (desk != null) {
      desk.close();
      desk = null;
    }
    if (rendezvous != null) {
      rendezvous.close();
      rendezvous = null;
    }
  }

  private void onRendezvous(RendezvousDesk open, ByteBuf message) {
    if (!open.onMessage(message)) {
      protocolError("a message about slots that cannot be read");
    }
  }

  /** Of the slot. May be called by any thread; what is said in one slot is bounded. */
  private void tell(RendezvousEvent event) {
    context()
        .executor()
        .execute(
            () -> {
              if (state == State.ADMITTED) {
                ChannelHandlerContext ctx = context();
                ctx.writeAndFlush(
                    new BinaryWebSocketFrame(RelayWire.rendezvous(ctx.alloc(), event)),
                    ctx.voidPromise());
              }
            });
  }

  private void onMail(MailDesk open, ByteBuf fragment) {
    if (!open.onFragment(fragment)) {
      protocolError("a message about mail that cannot be read");
    }
  }

  @Override
  public boolean isReady() {
    return isWritable();
  }

  @Override
  public void reply(MailResponse response) {
    context()
        .executor()
        .execute(
            () -> {
              if (desk != null) {
                desk.onAnswered();
                write(response);
              }
            });
  }

  private void write(MailResponse response) {
    ChannelHandlerContext ctx = context();
    List<ByteBuf> fragments =
        MailFragments.cut(ctx.alloc(), response)
            .orElseThrow(() -> new IllegalStateException("an answer larger than any may be"));
    for (ByteBuf fragment : fragments) {
      ctx.write(new BinaryWebSocketFrame(fragment), ctx.voidPromise());
    }
    ctx.flush();
  }

  /** Mail has come for this client. May be called by any thread. */
  void tellOfMail() {
    context()
        .executor()
        .execute(
            () -> {
              if (state == State.ADMITTED && context().channel().isWritable()) {
                send(ServerFrames.mailNotice());
              }
            });
  }

  private void transition(State next, String reason) {
    log.debug("client {}: {} -> {}: {}", who(), state, next, reason);
    state = next;
  }

  private void send(ServerFrame frame) {
    ChannelHandlerContext ctx = context();
    ctx.writeAndFlush(
        new BinaryWebSocketFrame(RelayWire.control(ctx.alloc(), frame)), ctx.voidPromise());
  }

  private Object who() {
    return key != null ? key : String.valueOf(context().channel().remoteAddress());
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("a session is used before it has a channel");
    }
    return context;
  }
}
