package dev.parley.relay.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.discovery.RelayUrl;
import dev.parley.nat.PeerKey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.RelayProof;
import dev.parley.relay.RelayWire;
import dev.parley.relay.v1.Answer;
import dev.parley.relay.v1.Challenge;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.Ping;
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
import java.util.Optional;
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

  private static final String SOFTWARE = "parley";

  /** Hears of the connection, on the event loop. */
  interface Owner {
    void onOpen(RelayGreeting greeting);

    void onEnded(RelayProblem problem);

    void onPong(long token);

    /** The owner releases the datagram. */
    void onDatagram(PeerKey source, ByteBuf datagram);

    void onDatagramsComplete();

    void onTargetAbsent(PeerKey target);
  }

  private enum State {
    /** The name, TCP, TLS, the upgrade, and the relay's challenge. */
    AWAITING_CHALLENGE,
    /** Our proof is out. */
    AWAITING_WELCOME,
    OPEN,
    ENDED
  }

  private final RelayUrl url;
  private final RelayEnvironment environment;
  private final Owner owner;
  private final Future<?> openTimer;

  private State state = State.AWAITING_CHALLENGE;
  private @Nullable ChannelHandlerContext context;
  private @Nullable RelayProof proof;
  private boolean datagramsRead;
  private boolean flushPending;
  private int maxDatagramBytes;

  RelayConnection(RelayUrl url, RelayEnvironment environment, Owner owner) {
    this.url = url;
    this.environment = environment;
    this.owner = owner;
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
    control(ClientFrame.newBuilder().setPing(Ping.newBuilder().setToken(token)));
  }

  private void control(ClientFrame.Builder frame) {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.writeAndFlush(
          new BinaryWebSocketFrame(RelayWire.control(ctx.alloc(), frame.build())),
          ctx.voidPromise());
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
    } else {
      fail(new RelayProblem.NoRelay("it sent a message of unknown type or too short"));
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
      case CHALLENGE -> onChallenge(frame.getChallenge());
      case WELCOME -> onWelcome(frame.getWelcome());
      case TARGET_ABSENT ->
          PeerId.tryOf(frame.getTargetAbsent().getPeerId())
              .ifPresent(id -> owner.onTargetAbsent(PeerKey.of(id.toByteArray())));
      case PONG -> owner.onPong(frame.getPong().getToken());
      case GO_AWAY -> fail(Goodbyes.problemOf(frame.getGoAway()));
      case BODY_NOT_SET -> {
        // Of a later revision; it is not for us.
      }
    }
  }

  private void onChallenge(Challenge challenge) {
    Optional<PeerId> relay = PeerId.tryOf(challenge.getRelayId());
    if (challenge.getMinVersion() > RelayWire.VERSION
        || challenge.getMaxVersion() < RelayWire.VERSION) {
      fail(new RelayProblem.OtherVersion(challenge.getMinVersion(), challenge.getMaxVersion()));
    } else if (state != State.AWAITING_CHALLENGE
        || relay.isEmpty()
        || challenge.getNonce().size() != RelayWire.NONCE_BYTES) {
      fail(new RelayProblem.NoRelay("its challenge is malformed or out of turn"));
    } else if (url.pinned().isPresent() && !url.pinned().equals(relay)) {
      // Nothing has been signed for it.
      fail(new RelayProblem.WrongKey(relay, url.pinned().get()));
    } else {
      answer(relay.get(), challenge.getNonce());
    }
  }

  private void answer(PeerId relay, ByteString relayNonce) {
    byte[] nonce = new byte[RelayWire.NONCE_BYTES];
    environment.random().nextBytes(nonce);
    PeerId self = environment.identity().id();
    RelayProof ours = new RelayProof(relay, relayNonce, self, ByteString.copyFrom(nonce));
    proof = ours;
    state = State.AWAITING_WELCOME;
    control(
        ClientFrame.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setVersion(RelayWire.VERSION)
                    .setPeerId(self.key())
                    .setNonce(ours.nodeNonce())
                    .setSignature(ours.signAsNode(environment.identity()))
                    .setSoftware(SOFTWARE)));
  }

  private void onWelcome(Welcome welcome) {
    if (state != State.AWAITING_WELCOME || proof == null || context == null) {
      fail(new RelayProblem.NoRelay("its welcome came out of turn"));
    } else if (!proof.verifyRelay(welcome.getSignature())) {
      fail(new RelayProblem.NoRelay("it did not prove the key that it claims"));
    } else {
      state = State.OPEN;
      openTimer.cancel(false);
      RelayGreeting greeting =
          Greetings.of(proof.relay(), welcome, context.channel().remoteAddress());
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
