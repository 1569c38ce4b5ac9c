package dev.parley.transport;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.RateLimiter;
import dev.parley.identity.Identity;
import dev.parley.link.ByteStreamAcceptor;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.DatagramReceiver;
import dev.parley.link.Link;
import dev.parley.link.LinkLease;
import dev.parley.link.LinkListener;
import dev.parley.link.Links;
import dev.parley.link.StreamAcceptor;
import dev.parley.link.StreamKind;
import dev.parley.nat.PeerKey;
import dev.parley.nat.path.Flow;
import dev.parley.nat.path.PathListener;
import dev.parley.nat.path.PathReport;
import dev.parley.nat.path.PathSwitch;
import dev.parley.peer.v1.Candidates;
import dev.parley.peer.v1.Goodbye;
import dev.parley.peer.v1.IceSignal;
import dev.parley.peer.v1.MailGrant;
import dev.parley.peer.v1.NatNotice;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import io.netty.channel.Channel;
import io.netty.handler.codec.quic.QuicChannel;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All links of a node over QUIC. The public face of the package: {@link Links} for the layers
 * above, and what the node needs to wire it to paths and relays. Owned by the event loop of the UDP
 * port.
 */
public final class QuicTransport implements Links {
  private static final Logger log = LoggerFactory.getLogger(QuicTransport.class);

  /** A link that has heard nothing for this long says something, well before QUIC gives it up. */
  private static final long KEEP_ALIVE_NANOS = 8_000_000_000L;

  /** Of changes of paths: how often they change, peers have a say in. */
  private static final double LOG_LINES_PER_SECOND = 10;

  /** Hears what peers say of themselves. Called on the event loop. */
  public interface PeerInfoListener {
    /** A peer has told its current record, unverified. */
    void onRecord(PeerId peer, SignedRecord record);

    /** A peer has told where it can be reached now, unvetted. */
    void onCandidates(PeerId peer, Candidates candidates);
  }

  /** The state of the link with one peer, for people. */
  public record LinkStatus(
      PeerId peer, boolean connected, boolean wanted, String problem, Instant since) {}

  /**
   * What a transport is made of.
   *
   * @param ownRecord this node's current record, asked for with each hello
   * @param nanoTime a monotonic clock
   * @param random cryptographically strong
   * @param segmentation whether the UDP port takes segmented packets
   */
  public record Parts(
      Identity identity,
      String software,
      Supplier<SignedRecord> ownRecord,
      PeerLocator locator,
      PeerInfoListener peerInfo,
      Clock clock,
      LongSupplier nanoTime,
      RandomGenerator random,
      boolean segmentation) {}

  private final Parts parts;
  private final ConnectionIds ids = new ConnectionIds();
  private final PathSwitch paths;
  private final QuicEndpoint endpoint;
  private final SharedContext context;
  private final RateLimiter logLimiter = RateLimiter.create(LOG_LINES_PER_SECOND);
  private final PeerLinks links = new PeerLinks(this);
  private final Map<PeerId, Link> up = new ConcurrentHashMap<>();
  private final List<LinkListener> listeners = new CopyOnWriteArrayList<>();
  private boolean shuttingDown;

  public QuicTransport(Parts parts) {
    this.parts = parts;
    this.paths =
        new PathSwitch(
            ids,
            new NoticeSignatures(parts.identity()),
            new Paths(),
            parts.nanoTime(),
            parts.random());
    this.context = new SharedContext(parts, paths);
    this.endpoint =
        new QuicEndpoint(
            context, new PeerTls(parts.identity()), parts.segmentation(), new Accepted());
    context.bulk().attach(endpoint);
  }

  /** Takes over the UDP port. Called once, on its event loop, before anything is received. */
  public void install(Channel udp) {
    endpoint.install(udp);
    udp.eventLoop()
        .scheduleAtFixedRate(
            this::keepAlive, KEEP_ALIVE_NANOS / 2, KEEP_ALIVE_NANOS / 2, TimeUnit.NANOSECONDS);
  }

  /** The switch below, for those who bring it relays and addresses. */
  public PathSwitch paths() {
    return paths;
  }

  /**
   * Handshakes that failed, and streams that carried what no parley peer sends, since the start.
   */
  public Map<String, Long> dropped() {
    return context.dropped();
  }

  @Override
  public LinkLease want(PeerId peer) {
    endpoint.execute(() -> links.want(peer));
    AtomicBoolean open = new AtomicBoolean(true);
    return new LinkLease() {
      @Override
      public void retryNow() {
        endpoint.execute(() -> links.retry(peer));
      }

      @Override
      public void close() {
        if (open.compareAndSet(true, false)) {
          endpoint.execute(() -> links.unwant(peer));
        }
      }
    };
  }

  @Override
  public Optional<Link> current(PeerId peer) {
    return Optional.ofNullable(up.get(peer));
  }

  @Override
  public void addListener(LinkListener listener) {
    listeners.add(listener);
  }

  @Override
  public void accept(StreamKind kind, StreamAcceptor acceptor) {
    context.accept(kind, acceptor);
  }

  @Override
  public void accept(ByteStreamKind kind, ByteStreamAcceptor acceptor) {
    context.accept(kind, acceptor);
  }

  @Override
  public void receive(DatagramReceiver receiver) {
    context.receive(receiver);
  }

  /** Dials all peers that wait for the next attempt: something has changed. On the event loop. */
  public void retryAll() {
    links.retryAll();
  }

  /** Dials this peer now if it waits for the next attempt. On the event loop. */
  public void retry(PeerId peer) {
    links.retry(peer);
  }

  /**
   * Dials this peer now if a link is wanted and there is none, even beside a dial that nobody has
   * answered: more is known of where it is. On the event loop.
   */
  public void redial(PeerId peer) {
    links.redial(peer);
  }

  /**
   * Says whom this node knows: their links do not count among those of strangers, of which there
   * may be only so many. On the event loop.
   */
  public void know(Predicate<PeerId> whom) {
    links.know(whom);
    context.bulk().know(whom);
  }

  /** Tells every connected peer where this node can be reached now. On the event loop. */
  public void announce(Candidates candidates) {
    links.connections().forEach(link -> link.control().sendCandidates(candidates));
  }

  /** Tells one peer, if there is a link. On the event loop. */
  public void sendCandidates(PeerId peer, Candidates candidates) {
    if (up.get(peer) instanceof Connection connection) {
      connection.control().sendCandidates(candidates);
    }
  }

  /** Sets who hears what peers grant us. It is called on the event loop. */
  public void onMailGrant(BiConsumer<PeerId, MailGrant> receiver) {
    context.onMailGrant(receiver);
  }

  /** Grants something to a peer, if there is a link. On the event loop. */
  public void sendMailGrant(PeerId peer, MailGrant grant) {
    if (up.get(peer) instanceof Connection connection) {
      connection.control().sendMailGrant(grant);
    }
  }

  /** Sets who hears what peers signal of ICE, unvetted. It is called on the event loop. */
  public void onIce(BiConsumer<PeerId, IceSignal> receiver) {
    context.onIce(receiver);
  }

  /** Signals to a peer, if there is a link. On the event loop. */
  public void sendIce(PeerId peer, IceSignal signal) {
    if (up.get(peer) instanceof Connection connection) {
      connection.control().sendIce(signal);
    }
  }

  /** Sets who hears what peers say of their networks, unvetted. It is called on the event loop. */
  public void onNat(BiConsumer<PeerId, NatNotice> receiver) {
    context.onNat(receiver);
  }

  /** Tells a peer of this node's network, if there is a link. On the event loop. */
  public void sendNat(PeerId peer, NatNotice notice) {
    if (up.get(peer) instanceof Connection connection) {
      connection.control().sendNat(notice);
    }
  }

  /** All links that exist or are wanted. On the event loop. */
  public ImmutableList<LinkStatus> statuses() {
    return links.statuses();
  }

  /** Says goodbye on every link. On the event loop. */
  public void shutDown() {
    shuttingDown = true;
    links.shutDown();
  }

  boolean isShuttingDown() {
    return shuttingDown;
  }

  BulkStreams bulk() {
    return context.bulk();
  }

  PeerId self() {
    return parts.identity().id();
  }

  QuicEndpoint endpoint() {
    return endpoint;
  }

  Instant now() {
    return parts.clock().instant();
  }

  RandomGenerator random() {
    return parts.random();
  }

  PeerLocator.Whereabouts locate(PeerId peer, Set<InetSocketAddress> without) {
    PeerLocator.Whereabouts known = parts.locator().locate(peer);
    ImmutableList<InetSocketAddress> addresses =
        known.addresses().stream()
            .filter(address -> !without.contains(address))
            .collect(ImmutableList.toImmutableList());
    return new PeerLocator.Whereabouts(addresses, known.relays());
  }

  void onUp(Connection connection) {
    context.bulk().onUp(connection);
    up.put(connection.peer(), connection);
    connection.start();
    listeners.forEach(listener -> listener.onUp(connection));
  }

  /**
   * @param replaced by another connection, which follows at once
   */
  void onDown(Connection connection, String reason, boolean replaced) {
    up.remove(connection.peer(), connection);
    if (!replaced) {
      context.bulk().onDown(connection.peer(), reason);
    }
    listeners.forEach(listener -> listener.onDown(connection, reason));
  }

  void onUnreachable(PeerId peer, String reason) {
    listeners.forEach(listener -> listener.onUnreachable(peer, reason));
  }

  void forgetIfIdle(PeerId peer) {
    links.forgetIfIdle(peer);
  }

  PeerLinks links() {
    return links;
  }

  ConnectionIds ids() {
    return ids;
  }

  private final class Accepted implements QuicEndpoint.Owner {
    @Override
    public void onAccepted(Connection connection) {
      if (shuttingDown) {
        connection.close(Goodbye.Reason.SHUTTING_DOWN, "");
      } else {
        links.accept(connection);
      }
    }

    @Override
    public void onAcceptedBulk(QuicChannel channel, Flow flow, PeerId peer) {
      context.bulk().onAccepted(channel, flow, peer);
    }

    @Override
    public void onClosed(Carrier carrier, String reason) {
      if (carrier instanceof Connection connection) {
        links.onClosed(connection, reason);
      } else if (carrier instanceof BulkConnection bulk) {
        context.bulk().onClosed(bulk);
      }
    }
  }

  private void keepAlive() {
    context.bulk().tick(parts.nanoTime().getAsLong());
    for (Connection connection : links.connections()) {
      if (connection.silentFor() > KEEP_ALIVE_NANOS / 2) {
        connection.control().keepAlive();
      }
    }
  }

  private final class Paths implements PathListener {
    @Override
    public void onSwitched(PeerKey peer, PathReport now, String reason) {
      context.bulk().onPath(PeerId.of(peer.toByteArray()), now);
      if (!logLimiter.tryAcquire()) {
        return;
      }
      log.info(
          "{}: path is {} by {}: {}",
          PeerId.of(peer.toByteArray()).shortForm(),
          now.kind(),
          now.remote(),
          reason);
    }

    @Override
    public void onForgotten(PeerKey key, long localTag) {
      links.onForgotten(PeerId.of(key.toByteArray()), localTag);
    }
  }
}
