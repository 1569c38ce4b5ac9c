package dev.parley.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.link.LinkClosedException;
import dev.parley.link.LinkStream;
import dev.parley.link.StreamHandler;
import dev.parley.nat.path.ProbeKeys;
import dev.parley.peer.v1.Candidates;
import dev.parley.peer.v1.ControlFrame;
import dev.parley.peer.v1.Goodbye;
import dev.parley.peer.v1.Hello;
import dev.parley.peer.v1.IceSignal;
import dev.parley.peer.v1.MailGrant;
import dev.parley.peer.v1.NatNotice;
import dev.parley.peer.v1.Ping;
import dev.parley.peer.v1.Pong;
import dev.parley.peer.v1.Purpose;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The signalling of one connection: hello, candidates, pings, goodbye. Owned by the event loop. */
final class ControlStream implements StreamHandler {
  static final int VERSION = 1;

  private static final Logger log = LoggerFactory.getLogger(ControlStream.class);
  private static final int MAX_PINGS = 64;
  private static final int TAG_BYTES = 8;

  private final Connection connection;
  private final TransportContext context;
  private final byte[] secret = new byte[ProbeKeys.SECRET_BYTES];
  private final long localTag;
  private final Map<Long, CompletableFuture<Duration>> pings = new LinkedHashMap<>();
  private final Map<Long, Long> pingedAt = new LinkedHashMap<>();
  private @Nullable LinkStream stream;
  private final EarlyFrames early = new EarlyFrames();
  private ByteString peerInstance = ByteString.EMPTY;
  private boolean helloReceived;

  ControlStream(Connection connection, TransportContext context) {
    this.connection = connection;
    this.context = context;
    context.random().nextBytes(secret);
    this.localTag = context.random().nextLong();
    context.paths().reserve(localTag);
  }

  boolean isAttached() {
    return stream != null;
  }

  ByteString peerInstance() {
    return peerInstance;
  }

  long localTag() {
    return localTag;
  }

  /** The stream is there: this side's hello goes out first. */
  void attach(LinkStream opened) {
    stream = opened;
    Hello hello =
        Hello.newBuilder()
            .setVersion(VERSION)
            .setSoftware(context.software())
            .setPathSecret(ByteString.copyFrom(secret))
            .setProbeTag(tagBytes(localTag))
            .setPurpose(Purpose.PURPOSE_LINK)
            .setRecord(context.ownRecord())
            .setInstance(context.instance())
            .build();
    send(ControlFrame.newBuilder().setHello(hello).build());
    early.drain().forEach(this::send);
  }

  void sendCandidates(Candidates candidates) {
    tell(ControlFrame.newBuilder().setCandidates(candidates).build());
  }

  void sendMailGrant(MailGrant grant) {
    tell(ControlFrame.newBuilder().setMailGrant(grant).build());
  }

  void sendIce(IceSignal signal) {
    tell(ControlFrame.newBuilder().setIce(signal).build());
  }

  void sendNat(NatNotice notice) {
    tell(ControlFrame.newBuilder().setNat(notice).build());
  }

  void sayGoodbye(Goodbye.Reason reason, String detail) {
    send(
        ControlFrame.newBuilder()
            .setGoodbye(Goodbye.newBuilder().setReason(reason).setDetail(detail))
            .build());
  }

  void ping(CompletableFuture<Duration> result) {
    if (pings.size() >= MAX_PINGS || stream == null) {
      result.completeExceptionally(new LinkClosedException("too many pings are under way"));
      return;
    }
    long token = context.random().nextLong();
    pings.put(token, result);
    pingedAt.put(token, context.nanoTime().getAsLong());
    send(ControlFrame.newBuilder().setPing(Ping.newBuilder().setToken(token)).build());
  }

  /** Keeps QUIC's idle timer from running out on a link that has nothing to say. */
  void keepAlive() {
    send(ControlFrame.newBuilder().setPing(Ping.newBuilder().setToken(0)).build());
  }

  /** Before the peer has opened the stream, what it is to know is kept. */
  private void tell(ControlFrame frame) {
    if (stream == null) {
      early.add(frame);
    }
    send(frame);
  }

  private void send(ControlFrame frame) {
    if (stream != null) {
      stream.write(List.of(frame));
    }
  }

  @Override
  public void onFrames(List<ByteString> frames) {
    for (ByteString bytes : frames) {
      try {
        onFrame(ControlFrame.parseFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        connection.onHostileInput("a control frame that is none");
        connection.close(Goodbye.Reason.PROTOCOL_ERROR, "unreadable control frame");
        return;
      }
    }
  }

  private void onFrame(ControlFrame frame) {
    switch (frame.getBodyCase()) {
      case HELLO -> onHello(frame.getHello());
      case CANDIDATES -> context.events().onCandidates(connection, frame.getCandidates());
      case PING -> onPing(frame.getPing().getToken());
      case PONG -> onPong(frame.getPong().getToken());
      case GOODBYE -> context.events().onGoodbye(connection, frame.getGoodbye());
      case MAIL_GRANT -> context.events().onMailGrant(connection, frame.getMailGrant());
      case ICE -> context.events().onIce(connection, frame.getIce());
      case NAT -> context.events().onNat(connection, frame.getNat());
      case BODY_NOT_SET -> {
        // A kind of frame that a later version has: it is passed over.
      }
    }
  }

  private void onHello(Hello hello) {
    if (helloReceived) {
      connection.onHostileInput("a second hello");
      return;
    }
    helloReceived = true;
    if (hello.getVersion() < VERSION) {
      connection.close(
          Goodbye.Reason.UNSUPPORTED_VERSION, "this side speaks version " + VERSION + " only");
      return;
    }
    boolean wellFormed =
        hello.getPathSecret().size() == ProbeKeys.SECRET_BYTES
            && hello.getProbeTag().size() == TAG_BYTES;
    if (!wellFormed) {
      connection.onHostileInput("a malformed hello");
      connection.close(Goodbye.Reason.PROTOCOL_ERROR, "malformed hello");
      return;
    }
    peerInstance = hello.getInstance();
    log.debug("{} runs {}", connection, hello.getSoftware());
    ProbeKeys keys =
        ProbeKeys.derive(
            secret,
            hello.getPathSecret().toByteArray(),
            localTag,
            hello.getProbeTag().asReadOnlyByteBuffer().getLong());
    context.paths().authorize(context.keyOf(connection.peer()), keys);
    context.events().onHello(connection, hello);
  }

  /** A peer that asks and does not read the answers would have them pile up here. */
  private void onPing(long token) {
    if (stream != null && stream.isWritable()) {
      send(ControlFrame.newBuilder().setPong(Pong.newBuilder().setToken(token)).build());
    }
  }

  private void onPong(long token) {
    CompletableFuture<Duration> result = pings.remove(token);
    Long at = pingedAt.remove(token);
    if (result != null && at != null) {
      result.complete(Duration.ofNanos(context.nanoTime().getAsLong() - at));
    }
  }

  @Override
  public void onClosed() {
    // A link without its control stream is of no use, and no peer of good will closes it.
    if (!connection.isClosed()) {
      connection.close(Goodbye.Reason.PROTOCOL_ERROR, "the control stream ended");
    }
  }

  void onConnectionClosed() {
    context.paths().revoke(context.keyOf(connection.peer()), localTag);
    LinkClosedException ended = new LinkClosedException("the link has ended");
    List.copyOf(pings.values()).forEach(ping -> ping.completeExceptionally(ended));
    pings.clear();
    pingedAt.clear();
  }

  private static ByteString tagBytes(long tag) {
    return ByteString.copyFrom(ByteBuffer.allocate(TAG_BYTES).putLong(0, tag));
  }
}
