package dev.parley.transport;

import com.google.common.util.concurrent.RateLimiter;
import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.link.ByteStreamAcceptor;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.DatagramReceiver;
import dev.parley.link.StreamAcceptor;
import dev.parley.link.StreamKind;
import dev.parley.nat.path.PathSwitch;
import dev.parley.peer.v1.Candidates;
import dev.parley.peer.v1.Goodbye;
import dev.parley.peer.v1.Hello;
import dev.parley.peer.v1.IceSignal;
import dev.parley.peer.v1.MailGrant;
import dev.parley.peer.v1.NatNotice;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one transport share, and whom they tell what peers say. */
final class SharedContext implements TransportContext, TransportContext.Events {
  private static final Logger log = LoggerFactory.getLogger(SharedContext.class);
  private static final int INSTANCE_BYTES = 8;
  private static final double LOG_LINES_PER_SECOND = 2;

  private final QuicTransport.Parts parts;
  private final PathSwitch paths;
  private final ByteString instance;
  private final Counters counters = new Counters(new LongAdder(), new LongAdder());
  private final RateLimiter logLimiter = RateLimiter.create(LOG_LINES_PER_SECOND);
  private final Map<StreamKind, StreamAcceptor> acceptors = new ConcurrentHashMap<>();

  private final Map<ByteStreamKind, ByteStreamAcceptor> byteAcceptors = new ConcurrentHashMap<>();
  private final BulkStreams bulk;
  private volatile DatagramReceiver datagrams = (peer, datagram) -> {};

  private BiConsumer<PeerId, IceSignal> ice = (peer, signal) -> {};
  private BiConsumer<PeerId, MailGrant> mailGrants = (peer, grant) -> {};
  private BiConsumer<PeerId, NatNotice> nat = (peer, notice) -> {};

  SharedContext(QuicTransport.Parts parts, PathSwitch paths) {
    this.parts = parts;
    this.paths = paths;
    this.bulk = new BulkStreams(this);
    byte[] bytes = new byte[INSTANCE_BYTES];
    parts.random().nextBytes(bytes);
    this.instance = ByteString.copyFrom(bytes);
  }

  /** Thread-safe. */
  void accept(StreamKind kind, StreamAcceptor acceptor) {
    if (acceptors.putIfAbsent(kind, acceptor) != null) {
      throw new IllegalStateException("two acceptors for " + kind);
    }
  }

  /** What has been counted, if anything. Thread-safe. */
  Map<String, Long> dropped() {
    Map<String, Long> map = new HashMap<>();
    map.put("failed-handshakes", counters.failedHandshakes().sum());
    map.put("hostile-streams", counters.hostileStreams().sum());
    map.values().removeIf(count -> count == 0);
    return map;
  }

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

  /** Thread-safe. */
  void accept(ByteStreamKind kind, ByteStreamAcceptor acceptor) {
    if (byteAcceptors.putIfAbsent(kind, acceptor) != null) {
      throw new IllegalStateException("two acceptors for " + kind);
    }
  }

  /** Thread-safe. */
  void receive(DatagramReceiver receiver) {
    datagrams = receiver;
  }

  @Override
  public @Nullable ByteStreamAcceptor acceptor(ByteStreamKind kind) {
    return byteAcceptors.get(kind);
  }

  @Override
  public DatagramReceiver datagramReceiver() {
    return datagrams;
  }

  @Override
  public BulkStreams bulk() {
    return bulk;
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
    bulk.onHello(connection);
    if (hello.getRecord().getRecord().size() <= DiscoveryRecord.MAX_BYTES) {
      parts.peerInfo().onRecord(connection.peer(), hello.getRecord());
    }
  }

  @Override
  public void onCandidates(Connection connection, Candidates candidates) {
    parts.peerInfo().onCandidates(connection.peer(), candidates);
  }

  void onMailGrant(BiConsumer<PeerId, MailGrant> receiver) {
    mailGrants = receiver;
  }

  @Override
  public void onMailGrant(Connection connection, MailGrant grant) {
    mailGrants.accept(connection.peer(), grant);
  }

  void onIce(BiConsumer<PeerId, IceSignal> receiver) {
    ice = receiver;
  }

  @Override
  public void onIce(Connection connection, IceSignal signal) {
    ice.accept(connection.peer(), signal);
  }

  void onNat(BiConsumer<PeerId, NatNotice> receiver) {
    nat = receiver;
  }

  @Override
  public void onNat(Connection connection, NatNotice notice) {
    nat.accept(connection.peer(), notice);
  }

  @Override
  public void onGoodbye(Connection connection, Goodbye goodbye) {
    log.debug("{} says goodbye: {}", connection, goodbye.getReason());
  }
}
