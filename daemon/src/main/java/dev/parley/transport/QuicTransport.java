package dev.parley.transport;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.RateLimiter;
import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.link.Link;
import dev.parley.link.LinkLease;
import dev.parley.link.LinkListener;
import dev.parley.link.Links;
import dev.parley.link.StreamAcceptor;
import dev.parley.link.StreamKind;
import dev.parley.nat.PeerKey;
import dev.parley.nat.path.NoticeSigner;
import dev.parley.nat.path.PathListener;
import dev.parley.nat.path.PathReport;
import dev.parley.nat.path.PathSwitch;
import dev.parley.peer.v1.Candidates;
import dev.parley.peer.v1.Goodbye;
import dev.parley.peer.v1.Hello;
import dev.parley.peer.v1.IceSignal;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All links of a node over QUIC. The public face of the package: {@link Links} for the layers
 * above, and what the node needs to wire it to paths and relays. Owned by the event loop of the UDP
 * port.
 */
public final class QuicTransport implements Links {
  private static final Logger log = LoggerFactory.getLogger(QuicTransport.class);
  private static final int INSTANCE_BYTES = 8;

  /** A link that has heard nothing for this long says something, well before QUIC gives it up. */
  private static final long KEEP_ALIVE_NANOS = 8_000_000_000L;

  private static final double LOG_LINES_PER_SECOND = 2;

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
  private final PathSwitch paths;
  private final QuicEndpoint endpoint;
  private final ByteString instance;
  private final TransportContext.Counters counters =
      new TransportContext.Counters(new LongAdder(), new LongAdder());
  private final RateLimiter logLimiter = RateLimiter.create(LOG_LINES_PER_SECOND);
  private final Map<PeerId, PeerLink> peers = new HashMap<>();
  private final Map<PeerId, Link> up = new ConcurrentHashMap<>();
  private final Map<StreamKind, StreamAcceptor> acceptors = new ConcurrentHashMap<>();
  private final List<LinkListener> listeners = new CopyOnWriteArrayList<>();
  private BiConsumer<PeerId, IceSignal> ice = (peer, signal) -> {};
  private boolean shuttingDown;

  public QuicTransport(Parts parts) {
    this.parts = parts;
    byte[] bytes = new byte[INSTANCE_BYTES];
    parts.random().nextBytes(bytes);
    this.instance = ByteString.copyFrom(bytes);
    this.paths =
        new PathSwitch(
            new ConnectionIds(), new Signer(), new Paths(), parts.nanoTime(), parts.random());
    this.endpoint =
        new QuicEndpoint(
            new Context(),
            new PeerTls(parts.identity()),
            parts.segmentation(),
            this::onAccepted,
            this::onClosed);
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
    Map<String, Long> map = new HashMap<>();
    map.put("failed-handshakes", counters.failedHandshakes().sum());
    map.put("hostile-streams", counters.hostileStreams().sum());
    map.values().removeIf(count -> count == 0);
    return map;
  }

  @Override
  public LinkLease want(PeerId peer) {
    endpoint.loop().execute(() -> peer(peer).want());
    AtomicBoolean open = new AtomicBoolean(true);
    return new LinkLease() {
      @Override
      public void retryNow() {
        endpoint.loop().execute(() -> peer(peer).retryNow());
      }

      @Override
      public void close() {
        if (open.compareAndSet(true, false)) {
          endpoint
              .loop()
              .execute(
                  () -> {
                    PeerLink link = peer(peer);
                    link.unwant();
                    forgetIfIdle(link, peer);
                  });
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
    if (acceptors.putIfAbsent(kind, acceptor) != null) {
      throw new IllegalStateException("two acceptors for " + kind);
    }
  }

  /** Dials all peers that wait for the next attempt: something has changed. On the event loop. */
  public void retryAll() {
    List.copyOf(peers.values()).forEach(PeerLink::retryNow);
  }

  /** Dials this peer now if it waits for the next attempt. On the event loop. */
  public void retry(PeerId peer) {
    PeerLink link = peers.get(peer);
    if (link != null) {
      link.retryNow();
    }
  }

  /** Tells every connected peer where this node can be reached now. On the event loop. */
  public void announce(Candidates candidates) {
    peers
        .values()
        .forEach(
            link -> {
              Connection connection = link.current();
              if (connection != null) {
                connection.control().sendCandidates(candidates);
              }
            });
  }

  /** Sets who hears what peers signal of ICE, unvetted. It is called on the event loop. */
  public void onIce(BiConsumer<PeerId, IceSignal> receiver) {
    ice = receiver;
  }

  /** Signals to a peer, if there is a link. On the event loop. */
  public void sendIce(PeerId peer, IceSignal signal) {
    PeerLink link = peers.get(peer);
    Connection connection = link == null ? null : link.current();
    if (connection != null) {
      connection.control().sendIce(signal);
    }
  }

  /** All links that exist or are wanted. On the event loop. */
  public ImmutableList<LinkStatus> statuses() {
    return peers.entrySet().stream()
        .map(
            entry ->
                new LinkStatus(
                    entry.getKey(),
                    entry.getValue().state() == PeerLink.State.CONNECTED,
                    !entry.getValue().isForgettable(),
                    entry.getValue().problem(),
                    entry.getValue().since()))
        .collect(ImmutableList.toImmutableList());
  }

  /** Says goodbye on every link. On the event loop. */
  public void shutDown() {
    shuttingDown = true;
    List.copyOf(peers.values()).forEach(PeerLink::shutDown);
  }

  boolean isShuttingDown() {
    return shuttingDown;
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
    up.put(connection.peer(), connection);
    connection.start();
    listeners.forEach(listener -> listener.onUp(connection));
  }

  void onDown(Connection connection, String reason) {
    up.remove(connection.peer(), connection);
    listeners.forEach(listener -> listener.onDown(connection, reason));
  }

  void onUnreachable(PeerId peer, String reason) {
    listeners.forEach(listener -> listener.onUnreachable(peer, reason));
  }

  void forgetIfIdle(PeerLink link, PeerId peer) {
    if (link.isForgettable()) {
      peers.remove(peer, link);
    }
  }

  private PeerLink peer(PeerId peer) {
    return peers.computeIfAbsent(peer, p -> new PeerLink(p, this));
  }

  private void onAccepted(Connection connection) {
    if (shuttingDown) {
      connection.close(Goodbye.Reason.SHUTTING_DOWN, "");
      return;
    }
    peer(connection.peer()).adopt(connection);
  }

  private void onClosed(Connection connection, String reason) {
    PeerLink link = peers.get(connection.peer());
    if (link != null) {
      link.onClosed(connection, reason);
    }
  }

  private void keepAlive() {
    for (PeerLink link : List.copyOf(peers.values())) {
      Connection connection = link.current();
      if (connection != null && connection.silentFor() > KEEP_ALIVE_NANOS / 2) {
        connection.control().keepAlive();
      }
    }
  }

  private final class Context implements TransportContext, TransportContext.Events {
    @Override
    public PeerId self() {
      return parts.identity().id();
    }

    @Override
    public LongSupplier nanoTime() {
      return parts.nanoTime();
    }

    @Override
    public RandomGenerator random() {
      return parts.random();
    }

    @Override
    public PathSwitch paths() {
      return paths;
    }

    @Override
    public String software() {
      return parts.software();
    }

    @Override
    public ByteString instance() {
      return instance;
    }

    @Override
    public SignedRecord ownRecord() {
      return parts.ownRecord().get();
    }

    @Override
    public @Nullable StreamAcceptor acceptor(StreamKind kind) {
      return acceptors.get(kind);
    }

    @Override
    public Counters counters() {
      return counters;
    }

    @Override
    public Events events() {
      return this;
    }

    @Override
    public void logLimited(Logger logger, String format, Object... arguments) {
      if (logLimiter.tryAcquire()) {
        logger.warn(format, arguments);
      }
    }

    @Override
    public void onHello(Connection connection, Hello hello) {
      if (hello.getRecord().getRecord().size() <= DiscoveryRecord.MAX_BYTES) {
        parts.peerInfo().onRecord(connection.peer(), hello.getRecord());
      }
    }

    @Override
    public void onCandidates(Connection connection, Candidates candidates) {
      parts.peerInfo().onCandidates(connection.peer(), candidates);
    }

    @Override
    public void onIce(Connection connection, IceSignal signal) {
      ice.accept(connection.peer(), signal);
    }

    @Override
    public void onGoodbye(Connection connection, Goodbye goodbye) {
      log.debug("{} says goodbye: {} {}", connection, goodbye.getReason(), goodbye.getDetail());
    }
  }

  private final class Paths implements PathListener {
    @Override
    public void onSwitched(PeerKey peer, PathReport now, String reason) {
      log.info(
          "{}: path is {} by {}: {}",
          PeerId.of(peer.toByteArray()).shortForm(),
          now.kind(),
          now.remote(),
          reason);
    }

    @Override
    public void onForgotten(PeerKey key, long localTag) {
      PeerLink link = peers.get(PeerId.of(key.toByteArray()));
      Connection connection = link == null ? null : link.current();
      if (link != null && connection != null && connection.control().localTag() == localTag) {
        link.lost(connection, "the peer has restarted");
      }
    }
  }

  private final class Signer implements NoticeSigner {
    @Override
    public byte[] sign(byte[] statement) {
      return parts
          .identity()
          .sign(SigningLabel.UNKNOWN_CONNECTION, ByteString.copyFrom(statement))
          .toByteArray();
    }

    @Override
    public boolean verify(PeerKey signer, byte[] statement, byte[] signature) {
      return Identity.verify(
          PeerId.of(signer.toByteArray()),
          ByteString.copyFrom(signature),
          SigningLabel.UNKNOWN_CONNECTION,
          ByteString.copyFrom(statement));
    }
  }
}
