package dev.parley.transport;

import com.google.protobuf.ByteString;
import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.Link;
import dev.parley.link.LinkClosedException;
import dev.parley.link.LinkPath;
import dev.parley.link.LinkStream;
import dev.parley.link.StreamAcceptor;
import dev.parley.link.StreamHandler;
import dev.parley.link.StreamKind;
import dev.parley.nat.path.Flow;
import dev.parley.peer.v1.Goodbye;
import dev.parley.peer.v1.StreamHeader;
import dev.parley.proto.framing.FrameReader;
import dev.parley.proto.framing.FrameWriter;
import dev.parley.proto.id.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One QUIC connection whose peer is proven: a {@link Link}. Owned by the event loop; the methods of
 * {@link Link} may be called from anywhere.
 */
final class Connection implements Link, Carrier {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** Streams that a peer may have open on a link at a time; it needs two. */
  static final int MAX_STREAMS = 64;

  /** QUIC transport error codes (RFC 9000 §20.1): NO_ERROR and APPLICATION_ERROR. */
  static final int CODE_GOODBYE = 0;

  static final int CODE_PROTOCOL_ERROR = 0x0c;

  /**
   * Quiche (in Netty 4.2.18) sends without end when a connection is closed with an application code
   * while packets of its handshake are lost or due to be probed, which a busy machine or a peer
   * that confirms no handshake can bring about: it goes on choosing handshake packets, which may
   * not carry such a code. Transport codes go out in whatever packet is next.
   */
  private static final boolean APPLICATION_CLOSE = false;

  private final QuicChannel channel;
  private final Flow flow;
  private final PeerId peer;
  private final PeerId dialler;
  private final TransportContext context;
  private final long establishedAt;
  private final Set<FrameStream> streams = new HashSet<>();
  private final StreamCount incoming = new StreamCount();
  private final Datagrams datagrams;
  private final ControlStream control;
  private final Pacing pacing;
  private long lastReceived;
  private volatile @Nullable PeerBulk bulk;
  private boolean closing;
  private boolean closed;

  Connection(QuicChannel channel, Flow flow, PeerId peer, TransportContext context) {
    this.channel = channel;
    this.flow = flow;
    this.peer = peer;
    this.context = context;
    this.dialler = flow.isDialled() ? context.self() : peer;
    this.establishedAt = context.nanoTime().getAsLong();
    this.lastReceived = establishedAt;
    this.datagrams = new Datagrams(channel, peer, context);
    this.control = new ControlStream(this, context);
    this.pacing = new Pacing(channel, flow, context);
  }

  /** With whom streams of bytes are opened and accepted while this is the link. */
  void useBulk(PeerBulk newBulk) {
    bulk = newBulk;
  }

  PeerBulk bulk() {
    PeerBulk set = bulk;
    if (set == null) {
      throw new IllegalStateException("this connection is not the link");
    }
    return set;
  }

  @Nullable PeerBulk bulkOrNull() {
    return bulk;
  }

  /** Begins to speak: the dialler opens the control stream. */
  void start() {
    if (flow.isDialled()) {
      control.attach(openNow(StreamKind.CONTROL, control));
    }
  }

  @Override
  public PeerId peer() {
    return peer;
  }

  PeerId dialler() {
    return dialler;
  }

  Flow flow() {
    return flow;
  }

  ControlStream control() {
    return control;
  }

  EventLoop loop() {
    return channel.eventLoop();
  }

  boolean isClosed() {
    return closed;
  }

  Duration age() {
    return Duration.ofNanos(context.nanoTime().getAsLong() - establishedAt);
  }

  LinkRules.Candidate candidate() {
    return new LinkRules.Candidate(dialler, control.peerInstance());
  }

  @Override
  public LinkStream open(StreamKind kind, StreamHandler handler) {
    FrameStream stream = newStream(kind, handler);
    loop().execute(() -> open(stream, kind));
    return stream;
  }

  private FrameStream openNow(StreamKind kind, StreamHandler handler) {
    FrameStream stream = newStream(kind, handler);
    open(stream, kind);
    return stream;
  }

  private FrameStream newStream(StreamKind kind, StreamHandler handler) {
    return new FrameStream(this, kind, handler, new FrameReader(kind.maxFrameBytes()));
  }

  private void open(FrameStream stream, StreamKind kind) {
    if (closed) {
      stream.ended();
      return;
    }
    streams.add(stream);
    byte[] header =
        FrameWriter.encode(
            List.of(StreamHeader.newBuilder().setKindValue(wireKind(kind)).build()),
            kind.maxFrameBytes());
    channel
        .createStream(QuicStreamType.BIDIRECTIONAL, stream)
        .addListener(
            (Future<QuicStreamChannel> opening) -> {
              if (opening.isSuccess()) {
                track(stream, opening.getNow());
                stream.opened(opening.getNow(), header);
              } else {
                onStreamFailure(opening.cause());
                streams.remove(stream);
                stream.ended();
              }
            });
  }

  private void track(FrameStream stream, QuicStreamChannel streamChannel) {
    streamChannel.closeFuture().addListener(done -> streams.remove(stream));
  }

  private static int wireKind(StreamKind kind) {
    return switch (kind) {
      case CONTROL -> dev.parley.peer.v1.StreamKind.STREAM_KIND_CONTROL_VALUE;
      case MESSAGES -> dev.parley.peer.v1.StreamKind.STREAM_KIND_MESSAGES_VALUE;
    };
  }

  @Override
  public boolean admit(QuicStreamChannel stream) {
    return incoming.admit(stream, MAX_STREAMS);
  }

  @Override
  public @Nullable IncomingHandler accept(StreamHeader header) {
    StreamKind kind =
        switch (header.getKind()) {
          case STREAM_KIND_CONTROL -> StreamKind.CONTROL;
          case STREAM_KIND_MESSAGES -> StreamKind.MESSAGES;
          case STREAM_KIND_CHANNEL,
              STREAM_KIND_FILES,
              STREAM_KIND_MOVED,
              STREAM_KIND_UNSPECIFIED,
              UNRECOGNIZED ->
              null;
        };
    if (kind == null) {
      onHostileInput("a stream of unknown kind " + header.getKindValue());
      return null;
    }
    return accept(kind);
  }

  private @Nullable FrameStream accept(StreamKind kind) {
    if (kind == StreamKind.CONTROL) {
      if (flow.isDialled() || control.isAttached()) {
        onHostileInput("a second control stream");
        return null;
      }
      FrameStream stream = newStream(kind, control);
      control.attach(stream);
      return stream;
    }
    StreamAcceptor acceptor = context.acceptor(kind);
    if (acceptor == null) {
      return null;
    }
    DeferredHandler deferred = new DeferredHandler();
    FrameStream stream = newStream(kind, deferred);
    deferred.target = acceptor.onStream(stream);
    return stream;
  }

  /** The acceptor makes the handler from the stream, and the stream needs a handler to be made. */
  private static final class DeferredHandler implements StreamHandler {
    private @Nullable StreamHandler target;

    @Override
    public void onFrames(List<ByteString> frames) {
      if (target != null) {
        target.onFrames(frames);
      }
    }

    @Override
    public void onWritable() {
      if (target != null) {
        target.onWritable();
      }
    }

    @Override
    public void onClosed() {
      if (target != null) {
        target.onClosed();
      }
    }
  }

  @Override
  public ByteStream open(ByteStreamKind kind, ByteStreamHandler handler) {
    return context.bulk().open(this, kind, handler);
  }

  @Override
  public boolean sendDatagram(ByteBuffer datagram) {
    return datagrams.send(datagram);
  }

  @Override
  public int maxDatagramBytes() {
    return Datagrams.MAX_BYTES;
  }

  @Override
  public void onDatagram(ByteBuf datagram) {
    onReceived();
    context.datagramReceiver().onDatagram(peer, datagram.nioBuffer());
  }

  @Override
  public void onMaxDatagram(int bytes) {
    datagrams.onMaximum(bytes);
  }

  @Override
  public LinkPath path() {
    return LinkPaths.of(flow.path());
  }

  @Override
  public LinkPath inboundPath() {
    return LinkPaths.of(flow.lastInbound());
  }

  @Override
  public CompletionStage<Duration> ping() {
    CompletableFuture<Duration> result = new CompletableFuture<>();
    loop()
        .execute(
            () -> {
              if (closed) {
                result.completeExceptionally(new LinkClosedException("the link has ended"));
              } else {
                control.ping(result);
              }
            });
    return result;
  }

  void onReceived() {
    lastReceived = context.nanoTime().getAsLong();
  }

  /** Nanoseconds since the peer was last heard on any stream. */
  long silentFor() {
    return context.nanoTime().getAsLong() - lastReceived;
  }

  void onSending(int bytes) {
    pacing.onSending(bytes);
  }

  @Override
  public void onHostileInput(String what) {
    context.counters().hostileStreams().increment();
    context.logLimited(log, "peer {} sent {}", peer.shortForm(), what);
  }

  @Override
  public void onStreamFailure(Throwable cause) {
    log.debug("a stream with {} failed", peer.shortForm(), cause);
  }

  /** Says goodbye and closes. */
  void close(Goodbye.Reason reason, String detail) {
    if (closing || closed) {
      return;
    }
    closing = true;
    control.sayGoodbye(reason, detail);
    int code = reason == Goodbye.Reason.PROTOCOL_ERROR ? CODE_PROTOCOL_ERROR : CODE_GOODBYE;
    String text = reason.name() + ": " + detail;
    channel.close(APPLICATION_CLOSE, code, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }

  @Override
  public void onChannelClosed(String reason) {
    if (!closed) {
      closed = true;
      datagrams.close();
      pacing.stop();
      control.onConnectionClosed();
      List.copyOf(streams).forEach(FrameStream::ended);
      streams.clear();
    }
  }

  @Override
  public String toString() {
    return "link with " + peer.shortForm();
  }
}
