package dev.parley.transport;

import dev.parley.nat.path.Flow;
import dev.parley.nat.path.PathKind;
import dev.parley.nat.path.PathReport;
import dev.parley.peer.v1.StreamHeader;
import dev.parley.proto.framing.FrameWriter;
import dev.parley.proto.id.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A QUIC connection beside the link, for streams of bytes. It has no control stream: what it is for
 * was said in its handshake, and what its two ends tell each other are datagrams of one byte.
 *
 * <p>The side that dialled it closes it when it has carried nothing for a while, and asks first: a
 * stream that the other side opens at that moment must not be lost. Owned by the event loop.
 */
final class BulkConnection implements Carrier {
  /** Nothing: resets the idle timers at both ends. */
  static final byte ALIVE = 0;

  /** The dialler has no use for the connection any more. */
  static final byte RETIRE = 1;

  /** Neither has the other side: it opens nothing here from now on. */
  static final byte RETIRED = 2;

  /** Streams that a peer who is no contact may have. It is refused whatever it asks for. */
  static final int MAX_STREAMS_OF_STRANGERS = 16;

  private static final int MAX_HEADER_BYTES = 64;

  private static final Logger log = LoggerFactory.getLogger(BulkConnection.class);

  private final QuicChannel channel;
  private final Flow flow;
  private final PeerBulk owner;
  private final TransportContext context;
  private final long number;
  private final Pacing pacing;
  private final StreamCount incoming = new StreamCount();
  private final boolean bornDirect;
  private int streams;
  private long lastHeard;
  private long emptySince;
  private boolean retiring;
  private boolean retired;
  private boolean stale;
  private long sentSinceStale;
  private @Nullable String ended;

  /**
   * @param number grows with each connection of the peer
   */
  BulkConnection(
      QuicChannel channel, Flow flow, PeerBulk owner, TransportContext context, long number) {
    this.channel = channel;
    this.flow = flow;
    this.owner = owner;
    this.context = context;
    this.number = number;
    this.pacing = new Pacing(channel, flow, context);
    this.lastHeard = context.nanoTime().getAsLong();
    this.emptySince = lastHeard;
    this.bornDirect = isDirect(flow.path());
  }

  private static boolean isDirect(@Nullable PathReport path) {
    return path != null && path.kind() == PathKind.DIRECT;
  }

  @Override
  public PeerId peer() {
    return owner.peer();
  }

  Flow flow() {
    return flow;
  }

  boolean isNewerThan(BulkConnection other) {
    return number > other.number;
  }

  /** Whether new streams may be opened here. */
  boolean takesStreams() {
    return ended == null && !retiring && !retired;
  }

  /** Why it is over, if it is. */
  String endOr(String otherwise) {
    return ended == null ? otherwise : ended;
  }

  boolean isEmpty() {
    return streams == 0;
  }

  /** Opens a QUIC stream of ours for this leg. */
  void open(StreamHeader header, ByteLeg leg) {
    if (ended != null) {
      leg.failed(ended);
      return;
    }
    counted(1);
    channel
        .createStream(QuicStreamType.BIDIRECTIONAL, leg)
        .addListener(
            (Future<QuicStreamChannel> opening) -> {
              if (opening.isSuccess()) {
                opening.getNow().closeFuture().addListener(closed -> counted(-1));
                leg.opened(opening.getNow(), FrameWriter.encode(List.of(header), MAX_HEADER_BYTES));
              } else {
                counted(-1);
                onStreamFailure(opening.cause());
                leg.failed(endOr("no more streams can be opened"));
              }
            });
  }

  private void counted(int more) {
    streams += more;
    if (streams == 0) {
      emptySince = context.nanoTime().getAsLong();
    }
  }

  @Override
  public boolean admit(QuicStreamChannel stream) {
    int most = owner.isKnown() ? QuicSettings.MAX_STREAMS : MAX_STREAMS_OF_STRANGERS;
    if (!incoming.admit(stream, most)) {
      return false;
    }
    // It opened this before it heard that we are about to retire.
    retiring = false;
    counted(1);
    stream.closeFuture().addListener(closed -> counted(-1));
    return true;
  }

  @Override
  public @Nullable IncomingHandler accept(StreamHeader header) {
    return switch (header.getKind()) {
      case STREAM_KIND_CHANNEL, STREAM_KIND_FILES -> owner.accept(header, this);
      case STREAM_KIND_MOVED -> owner.acceptMoved(header, this);
      case STREAM_KIND_CONTROL, STREAM_KIND_MESSAGES, STREAM_KIND_UNSPECIFIED, UNRECOGNIZED -> {
        onHostileInput("a stream of kind " + header.getKindValue() + " beside the link");
        yield null;
      }
    };
  }

  void onSending(int bytes) {
    pacing.onSending(bytes);
    if (stale) {
      sentSinceStale += bytes;
      if (sentSinceStale >= Pacing.BULK_BYTES) {
        sentSinceStale = 0;
        owner.refresh(this);
      }
    }
  }

  /** The path of the peer is another from now on. */
  void onPath(PathReport now) {
    if (isDirect(now) && !bornDirect && !stale) {
      stale = true;
    }
  }

  void onReceived() {
    lastHeard = context.nanoTime().getAsLong();
  }

  @Override
  public void onDatagram(ByteBuf datagram) {
    onReceived();
    if (!datagram.isReadable()) {
      return;
    }
    switch (datagram.readByte()) {
      case RETIRE -> {
        if (!flow.isDialled() && isEmpty()) {
          retired = true;
          tell(RETIRED);
        }
      }
      case RETIRED -> {
        if (retiring && isEmpty()) {
          close("it has nothing to carry");
        }
      }
      default -> {
        // ALIVE, or what a later version says.
      }
    }
  }

  @Override
  public void onMaxDatagram(int bytes) {}

  /**
   * Every few seconds.
   *
   * @param keepNanos how long it is kept without a stream
   */
  void tick(long now, long keepNanos, long aliveNanos) {
    if (!flow.isDialled() || ended != null) {
      return;
    }
    if (isEmpty() && now - emptySince > keepNanos) {
      retiring = true;
    }
    if (retiring) {
      tell(RETIRE);
    } else if (now - lastHeard > aliveNanos) {
      tell(ALIVE);
    }
  }

  private void tell(byte what) {
    channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {what}), channel.voidPromise());
  }

  void close(String why) {
    if (ended == null) {
      ended = why;
      pacing.stop();
      // With a transport code, for the reason that stands at Connection.APPLICATION_CLOSE.
      channel.close(
          false, Connection.CODE_GOODBYE, Unpooled.copiedBuffer(why, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void onChannelClosed(String reason) {
    if (ended == null) {
      ended = "the link has ended: " + reason;
    }
    pacing.stop();
  }

  @Override
  public void onHostileInput(String what) {
    context.counters().hostileStreams().increment();
    context.logLimited(log, "peer {} sent {}", peer().shortForm(), what);
  }

  @Override
  public void onStreamFailure(Throwable cause) {
    log.debug("a stream of bytes with {} failed", peer().shortForm(), cause);
  }

  @Override
  public String toString() {
    return "bulk connection " + number + " with " + peer().shortForm();
  }
}
