package dev.parley.transport;

import com.google.protobuf.ByteString;
import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.ByteStreamKind;
import dev.parley.nat.path.Flow;
import dev.parley.nat.path.PathReport;
import dev.parley.proto.id.PeerId;
import io.netty.handler.codec.quic.QuicChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The streams of bytes with all peers, on connections of their own beside the links: a full window
 * there delays no message. Owned by the event loop; {@link #open} may be called from anywhere.
 */
final class BulkStreams {
  private final TransportContext context;
  private final Map<PeerId, PeerBulk> peers = new HashMap<>();
  private final Map<PeerId, ByteString> instances = new HashMap<>();
  private Predicate<PeerId> known = peer -> false;
  private @Nullable QuicEndpoint endpoint;

  BulkStreams(TransportContext context) {
    this.context = context;
  }

  void attach(QuicEndpoint newEndpoint) {
    endpoint = newEndpoint;
  }

  QuicEndpoint endpoint() {
    if (endpoint == null) {
      throw new IllegalStateException("there is no endpoint yet");
    }
    return endpoint;
  }

  void know(Predicate<PeerId> whom) {
    known = whom;
  }

  boolean knows(PeerId peer) {
    return known.test(peer);
  }

  /** Thread-safe. */
  ByteStream open(Connection link, ByteStreamKind kind, ByteStreamHandler handler) {
    CarriedStream stream = link.bulk().stream(link);
    stream.handledBy(handler);
    link.loop()
        .execute(
            () -> {
              if (link.isClosed() || !isCurrent(link.bulk())) {
                stream.lost("the link has ended");
              } else {
                link.bulk().open(stream, kind);
              }
            });
    return stream;
  }

  boolean isCurrent(PeerBulk bulk) {
    return peers.get(bulk.peer()) == bulk;
  }

  /** This connection is the link with its peer from now on. */
  void onUp(Connection link) {
    PeerBulk bulk = peers.get(link.peer());
    if (bulk == null) {
      bulk = new PeerBulk(this, context, link);
      peers.put(link.peer(), bulk);
    } else {
      bulk.onLink(link);
    }
    link.useBulk(bulk);
  }

  /**
   * A link that takes the place of another leaves the streams alone, unless the peer is another run
   * of its program and knows nothing of them.
   */
  void onHello(Connection link) {
    PeerBulk bulk = peers.get(link.peer());
    if (bulk == null || link.bulkOrNull() != bulk) {
      return;
    }
    ByteString before = instances.put(link.peer(), link.control().peerInstance());
    if (before != null && !before.equals(link.control().peerInstance())) {
      bulk.close("the peer has restarted");
      bulk = new PeerBulk(this, context, link);
      peers.put(link.peer(), bulk);
      link.useBulk(bulk);
    }
    bulk.onHello();
  }

  /** There is no link with this peer any more. */
  void onDown(PeerId peer, String why) {
    instances.remove(peer);
    PeerBulk bulk = peers.remove(peer);
    if (bulk != null) {
      bulk.close("the link has ended: " + why);
    }
  }

  void onAccepted(QuicChannel channel, Flow flow, PeerId peer) {
    PeerBulk bulk = peers.get(peer);
    if (bulk == null) {
      endpoint().discard(channel, flow);
      return;
    }
    context.paths().name(flow, context.keyOf(peer));
    bulk.onAccepted(channel, flow);
  }

  void onClosed(BulkConnection connection) {
    PeerBulk bulk = peers.get(connection.peer());
    if (bulk != null) {
      bulk.onClosed(connection);
    }
  }

  void onPath(PeerId peer, PathReport now) {
    PeerBulk bulk = peers.get(peer);
    if (bulk != null) {
      bulk.onPath(now);
    }
  }

  /** Every few seconds. */
  void tick(long now) {
    List.copyOf(peers.values()).forEach(bulk -> bulk.tick(now));
  }

  /** For tests: of this peer, if there is a link. */
  @Nullable PeerBulk of(PeerId peer) {
    return peers.get(peer);
  }
}
