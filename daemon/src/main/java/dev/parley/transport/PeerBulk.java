package dev.parley.transport;

import dev.parley.link.ByteStreamAcceptor;
import dev.parley.link.ByteStreamKind;
import dev.parley.nat.path.Flow;
import dev.parley.nat.path.PathReport;
import dev.parley.peer.v1.StreamHeader;
import dev.parley.peer.v1.StreamKind;
import dev.parley.proto.id.PeerId;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.quic.QuicChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All streams of bytes with one peer, and the connections that carry them: one as a rule, two while
 * streams move from an older to a fresh one. Lives as long as the link. Owned by the event loop.
 */
final class PeerBulk {
  /** Connections with one peer at a time, whoever dialled them. */
  static final int MAX_CONNECTIONS = 4;

  /** Of a peer who is no contact. */
  static final int MAX_CONNECTIONS_OF_STRANGERS = 1;

  /** Dialling takes one round trip; there is no use in doing so for every flap of a path. */
  private static final long REFRESH_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(8);
  private static final long KEEP_NEWEST_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long KEEP_OLDER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final Logger log = LoggerFactory.getLogger(PeerBulk.class);

  private record Waiting(CarriedStream stream, StreamKind kind) {}

  private final BulkStreams all;
  private final TransportContext context;
  private final PeerId peer;
  private final List<BulkConnection> connections = new ArrayList<>();
  private final Map<Long, CarriedStream> streams = new HashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private Connection link;
  private boolean linkReady;
  private @Nullable BulkDial dial;
  private long count;
  private long refreshedAt;

  PeerBulk(BulkStreams all, TransportContext context, Connection link) {
    this.all = all;
    this.context = context;
    this.peer = link.peer();
    this.link = link;
    this.refreshedAt = context.nanoTime().getAsLong() - REFRESH_PAUSE_NANOS;
  }

  PeerId peer() {
    return peer;
  }

  EventLoop loop() {
    return link.loop();
  }

  boolean isKnown() {
    return all.knows(peer);
  }

  /** A stream of ours that opens as soon as there is a connection. Any thread. */
  CarriedStream stream(Connection over) {
    return new CarriedStream(this, context.random().nextLong(), true, over.flow());
  }

  void open(CarriedStream stream, ByteStreamKind kind) {
    StreamKind wire =
        switch (kind) {
          case CHANNEL -> StreamKind.STREAM_KIND_CHANNEL;
          case FILES -> StreamKind.STREAM_KIND_FILES;
        };
    streams.put(stream.token(), stream);
    BulkConnection newest = newest();
    if (newest == null) {
      waiting.add(new Waiting(stream, wire));
      dialIfNeeded();
    } else {
      stream.begin(wire, newest);
    }
  }

  private @Nullable BulkConnection newest() {
    for (int i = connections.size() - 1; i >= 0; i--) {
      if (connections.get(i).takesStreams()) {
        return connections.get(i);
      }
    }
    return null;
  }

  /**
   * A peer that has not said hello over the link may not have seen the end of its handshake, and
   * would know of no link that this belongs to.
   */
  private void dialIfNeeded() {
    if (dial == null && linkReady && !waiting.isEmpty()) {
      dial();
    }
  }

  private void dial() {
    BulkDial attempt = new BulkDial(peer, all.endpoint());
    dial = attempt;
    attempt.start(this::onDialled, this::onDialFailed);
  }

  private void onDialled(QuicChannel channel, Flow flow) {
    dial = null;
    if (!all.isCurrent(this)) {
      all.endpoint().discard(channel, flow);
      return;
    }
    BulkConnection fresh = add(channel, flow);
    List.copyOf(waiting).forEach(w -> w.stream().begin(w.kind(), fresh));
    waiting.clear();
    List.copyOf(streams.values()).forEach(stream -> stream.moveTo(fresh));
  }

  private void onDialFailed(String reason) {
    dial = null;
    List<Waiting> lost = List.copyOf(waiting);
    waiting.clear();
    lost.forEach(w -> w.stream().lost("no connection for it came about: " + reason));
  }

  /** The peer has dialled one more. */
  void onAccepted(QuicChannel channel, Flow flow) {
    int most = isKnown() ? MAX_CONNECTIONS : MAX_CONNECTIONS_OF_STRANGERS;
    if (connections.size() >= most) {
      context.logLimited(log, "peer {} dials too many connections", peer.shortForm());
      all.endpoint().discard(channel, flow);
      return;
    }
    BulkConnection accepted = add(channel, flow);
    List.copyOf(waiting).forEach(w -> w.stream().begin(w.kind(), accepted));
    waiting.clear();
  }

  private BulkConnection add(QuicChannel channel, Flow flow) {
    BulkConnection connection = new BulkConnection(channel, flow, this, context, ++count);
    all.endpoint().carries(channel, flow, connection);
    connections.add(connection);
    return connection;
  }

  /** A stream that the peer opens. */
  @Nullable IncomingHandler accept(StreamHeader header, BulkConnection connection) {
    ByteStreamKind kind =
        header.getKind() == StreamKind.STREAM_KIND_CHANNEL
            ? ByteStreamKind.CHANNEL
            : ByteStreamKind.FILES;
    ByteStreamAcceptor acceptor = context.acceptor(kind);
    if (acceptor == null) {
      return null;
    }
    if (streams.containsKey(header.getStreamToken())) {
      connection.onHostileInput("a second stream of the same token");
      return null;
    }
    CarriedStream stream =
        new CarriedStream(this, header.getStreamToken(), false, connection.flow());
    streams.put(stream.token(), stream);
    ByteLeg first = stream.first(connection);
    stream.handledBy(acceptor.onStream(stream));
    return first;
  }

  /** One that goes on. Of one that is over here, the peer is about to hear. */
  @Nullable IncomingHandler acceptMoved(StreamHeader header, BulkConnection connection) {
    CarriedStream stream = streams.get(header.getStreamToken());
    return stream == null ? null : stream.movedHere(header.getLeg(), connection);
  }

  void forget(CarriedStream stream) {
    streams.remove(stream.token(), stream);
    waiting.removeIf(w -> w.stream() == stream);
  }

  /** A path that is better than what this connection has grown up on: a fresh one takes over. */
  void refresh(BulkConnection stale) {
    long now = context.nanoTime().getAsLong();
    if (stale == newest() && now - refreshedAt >= REFRESH_PAUSE_NANOS) {
      refreshedAt = now;
      log.debug("{} makes way for a fresh one", stale);
      refresh();
    }
  }

  void refresh() {
    if (dial == null && connections.size() < MAX_CONNECTIONS - 1) {
      dial();
    }
  }

  /** How many connections there are, and have been. */
  int connections() {
    return connections.size();
  }

  long connectionsMade() {
    return count;
  }

  void onPath(PathReport now) {
    connections.forEach(connection -> connection.onPath(now));
  }

  void onLink(Connection newLink) {
    link = newLink;
    linkReady = false;
  }

  /** The peer has said hello over the link: it knows that there is one. */
  void onHello() {
    linkReady = true;
    dialIfNeeded();
  }

  void onClosed(BulkConnection connection) {
    connections.remove(connection);
  }

  void tick(long now) {
    BulkConnection newest = newest();
    for (BulkConnection connection : List.copyOf(connections)) {
      long keep = connection == newest ? KEEP_NEWEST_NANOS : KEEP_OLDER_NANOS;
      connection.tick(now, keep, ALIVE_NANOS);
    }
  }

  /** The link has ended, or the peer is another run of its program. */
  void close(String why) {
    if (dial != null) {
      dial.abandon();
      dial = null;
    }
    List.copyOf(connections).forEach(connection -> connection.close(why));
    connections.clear();
    List.copyOf(streams.values()).forEach(stream -> stream.lost(why));
    streams.clear();
    waiting.clear();
  }
}
