package dev.parley.relay.client;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.discovery.RelayUrl;
import dev.parley.nat.PeerKey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.RelayWire;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.Ping;
import dev.parley.relay.v1.RendezvousEvent;
import dev.parley.relay.v1.RendezvousRequest;
import dev.parley.relay.v1.ServerFrame;
import dev.parley.relay.v1.Welcome;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a relay, from the dial to its end. Confined to the event loop.
 *
 * <p>It ends exactly once, and says so to its {@link Owner} exactly once, unless the owner closed
 * it.
 */
final class RelayConnection extends ChannelInboundHandlerAdapter {
  /** From the look-up of the name to the relay's proof. */
  private static final int OPEN_TIMEOUT_SECONDS = 10;

  /** Hears of the connection, on the event loop. */
  interface Owner {
    void onOpen(RelayGreeting greeting);

    void onEnded(RelayProblem problem);

    void onPong(long token);

    /** The owner releases the datagram. */
    void onDatagram(PeerKey source, ByteBuf datagram);

    void onDatagramsComplete();

    void onTargetAbsent(PeerKey target);

    void onMail();

    void onRendezvous(RendezvousEvent event);
  }

  private enum State {
    /** The name, TCP, TLS, the upgrade, and the proof of both keys. */
    OPENING,
    OPEN,
    ENDED
  }

  private final RelayUrl url;
  private final Owner owner;
  private final ClientProof proof;
  private final Future<?> openTimer;
  private final MailExchange mail;

  private State state = State.OPENING;
  private @Nullable ChannelHandlerContext context;
  private boolean datagramsRead;
  private boolean flushPending;
  private int maxDatagramBytes;

  RelayConnection(RelayUrl url, RelayEnvironment environment, Owner owner) {
    this.url = url;
    this.owner = owner;
    this.proof = new ClientProof(url, environment.identity(), environment.random());
    this.mail = new MailExchange(environment.loop());
    this.openTimer =
        environment
            .loop()
            .schedule(
                () ->
                    fail(
                        new RelayProblem.Unreachable(
                            "not connected within " + OPEN_TIMEOUT_SECONDS + " s")),
                OPEN_TIMEOUT_SECONDS,
                TimeUnit.SECONDS);
  }

  boolean isEnded() {
    return state == State.ENDED;
  }

  /** Ends the connection, if it has not ended, and says why to the owner. */
  void fail(RelayProblem problem) {
    if (state != State.ENDED) {
      end();
      owner.onEnded(problem);
    }
  }

  /** Ends the connection without a word to the owner. */
  void close() {
    if (state == State.OPEN && context != null) {
      context.write(new CloseWebSocketFrame());
    }
    end();
  }

  private void end() {
    state = State.ENDED;
    openTimer.cancel(false);
    mail.end();
    if (context != null) {
      context.flush();
      context.close();
    }
  }

  /** Sends or drops one datagram, and releases it. */
  boolean send(PeerKey target, ByteBuf datagram) {
    ChannelHandlerContext ctx = context;
    try {
      int size = datagram.readableBytes();
      if (state != State.OPEN
          || ctx == null
          || size > maxDatagramBytes
          || !ctx.channel().isWritable()) {
        return false;
      }
      ByteBuf message = ctx.alloc().ioBuffer(RelayWire.DATAGRAM_HEADER_BYTES + size);
      message.writeByte(RelayWire.SEND);
      RelayWire.writeKey(message, target);
      message.writeBytes(datagram, datagram.readerIndex(), size);
      ctx.write(new BinaryWebSocketFrame(message), ctx.voidPromise());
      flushSoon(ctx);
      return true;
    } finally {
      datagram.release();
    }
  }

  /** Once per turn of the loop: a burst of datagrams leaves in few TLS records. */
  private void flushSoon(ChannelHandlerContext ctx) {
    if (!flushPending) {
      flushPending = true;
      ctx.executor()
          .execute(
              () -> {
                flushPending = false;
                ctx.flush();
              });
    }
  }

  void ping(long token) {
    control(ClientFrame.newBuilder().setPing(Ping.newBuilder().setToken(token)).build());
  }

  /** Asks the relay something about mail; fails when it is gone. */
  CompletionStage<MailResponse> ask(MailRequest request) {
    ChannelHandlerContext ctx = context;
    if (state != State.OPEN || ctx == null) {
      return CompletableFuture.failedFuture(new IOException("the relay is not connected"));
    }
    CompletionStage<MailResponse> answer =
        mail.ask(
            request,
            ctx.alloc(),
            fragment -> ctx.write(new BinaryWebSocketFrame(fragment), ctx.voidPromise()));
    ctx.flush();
    return answer;
  }

  /** Says something of a slot; lost when the relay is not connected. */
  void meet(RendezvousRequest request) {
    ChannelHandlerContext ctx = context;
    if (state == State.OPEN && ctx != null) {
      ctx.writeAndFlush(
          new BinaryWebSocketFrame(RelayWire.rendezvous(ctx.alloc(), request)), ctx.voidPromise());
    }
  }

  private void control(ClientFrame frame) {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.writeAndFlush(
          new BinaryWebSocketFrame(RelayWire.control(ctx.alloc(), frame)), ctx.voidPromise());
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (state == State.ENDED) {
      ctx.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (state != State.ENDED && message instanceof WebSocketFrame frame) {
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
      if (ctx.channel().isWritable()) {
        ctx.writeAndFlush(new PongWebSocketFrame(frame.content().retain()), ctx.voidPromise());
      }
    } else if (frame instanceof CloseWebSocketFrame) {
      fail(lost("it closed the connection"));
    } else if (!(frame instanceof PongWebSocketFrame)) {
      fail(new RelayProblem.NoRelay("it sent something other than binary messages"));
    }
  }

  private void onMessage(ByteBuf message) {
    byte type = message.isReadable() ? message.readByte() : 0;
    if (type == RelayWire.CONTROL) {
      onControl(message);
    } else if (type == RelayWire.RECV
        && state == State.OPEN
        && message.readableBytes() >= PeerKey.BYTES) {
      PeerKey source = RelayWire.readKey(message);
      datagramsRead = true;
      owner.onDatagram(source, message.retainedSlice());
    } else if (type == RelayWire.MAIL && state == State.OPEN) {
      if (!mail.onFragment(message)) {
        fail(new RelayProblem.NoRelay("it sent a message about mail that cannot be read"));
      }
    } else if (type == RelayWire.RENDEZVOUS && state == State.OPEN) {
      onRendezvous(message);
    } else {
      fail(new RelayProblem.NoRelay("it sent a message of unknown type or too short"));
    }
  }

  private void onRendezvous(ByteBuf message) {
    try {
      owner.onRendezvous(RelayWire.readRendezvousEvent(message));
    } catch (InvalidProtocolBufferException e) {
      fail(new RelayProblem.NoRelay("it sent a message about a slot that cannot be read"));
    }
  }

  private void onControl(ByteBuf message) {
    ServerFrame frame;
    try {
      frame = RelayWire.readServerFrame(message);
    } catch (InvalidProtocolBufferException e) {
      fail(new RelayProblem.NoRelay("it sent a control message that cannot be read"));
      return;
    }
    switch (frame.getBodyCase()) {
      case CHALLENGE -> onProof(proof.onChallenge(frame.getChallenge()));
      case WELCOME -> onWelcome(frame.getWelcome());
      case TARGET_ABSENT ->
          PeerId.tryOf(frame.getTargetAbsent().getPeerId())
              .ifPresent(id -> owner.onTargetAbsent(PeerKey.of(id.toByteArray())));
      case PONG -> owner.onPong(frame.getPong().getToken());
      case MAIL_NOTICE -> owner.onMail();
      case GO_AWAY -> fail(Goodbyes.problemOf(frame.getGoAway()));
      case BODY_NOT_SET -> {
        // Of a later revision; it is not for us.
      }
    }
  }

  private void onWelcome(Welcome welcome) {
    if (state == State.OPEN) {
      fail(new RelayProblem.NoRelay("it welcomed us twice"));
    } else {
      onProof(proof.onWelcome(welcome));
    }
  }

  private void onProof(ClientProof.Step step) {
    if (step instanceof ClientProof.Step.Refuse refuse) {
      fail(refuse.problem());
    } else if (step instanceof ClientProof.Step.Say say) {
      control(say.frame());
    } else if (step instanceof ClientProof.Step.Proven proven && context != null) {
      state = State.OPEN;
      openTimer.cancel(false);
      RelayGreeting greeting =
          Greetings.of(proven.relay(), proven.welcome(), context.channel().remoteAddress());
      maxDatagramBytes = greeting.maxDatagramBytes();
      owner.onOpen(greeting);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (datagramsRead) {
      datagramsRead = false;
      owner.onDatagramsComplete();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls && !tls.isSuccess()) {
      fail(ClientTls.problemOf(tls.cause(), url));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(lost("it closed the connection"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable root =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    fail(
        root instanceof SSLException
            ? ClientTls.problemOf(root, url)
            : root instanceof CorruptedWebSocketFrameException
                ? new RelayProblem.NoRelay("it sent a frame that breaks RFC 6455")
                : lost(String.valueOf(root.getMessage())));
  }

  private RelayProblem lost(String detail) {
    return state == State.OPEN
        ? new RelayProblem.Lost(detail)
        : new RelayProblem.Unreachable(detail + " before it was set up");
  }
}
