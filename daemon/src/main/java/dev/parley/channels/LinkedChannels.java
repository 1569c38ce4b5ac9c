package dev.parley.channels;

import com.google.common.collect.ImmutableList;
import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.Link;
import dev.parley.link.LinkListener;
import dev.parley.link.Links;
import dev.parley.link.StreamEnd;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels of a node. What is kept per peer is changed on the links' thread alone; services are
 * in a map of their own, which anybody may change.
 */
final class LinkedChannels implements ChannelEngine, LinkListener {
  private static final Logger log = LoggerFactory.getLogger(LinkedChannels.class);

  /** For streams that are turned away before a byte of them is read. */
  private static final ByteStreamHandler NOBODY =
      new ByteStreamHandler() {
        @Override
        public void onBytes(ByteBuffer bytes) {}

        @Override
        public void onEnd() {}

        @Override
        public void onClosed(StreamEnd how) {}
      };

  /** A service, and who may use it. */
  record Served(Access access, ChannelListener listener) {}

  private final Links links;
  private final Rules rules;
  private final Environment environment;
  private final Map<ServiceName, Served> services = new ConcurrentHashMap<>();
  private final Map<PeerId, PeerChannels> peers = new ConcurrentHashMap<>();
  private final Set<ByteStream> streams = new HashSet<>();
  private final AtomicLong stray = new AtomicLong();
  private boolean closed;

  private LinkedChannels(Links links, Rules rules, Environment environment) {
    this.links = links;
    this.rules = rules;
    this.environment = environment;
  }

  static LinkedChannels start(Links links, Rules rules, Environment environment) {
    LinkedChannels channels = new LinkedChannels(links, rules, environment);
    links.addListener(channels);
    links.accept(ByteStreamKind.CHANNEL, channels::onStream);
    links.receive(channels::onDatagram);
    return channels;
  }

  Environment environment() {
    return environment;
  }

  Links links() {
    return links;
  }

  @Override
  public Service listen(ServiceName name, Access access, ChannelListener listener) {
    Served served = new Served(access, listener);
    if (services.putIfAbsent(name, served) != null) {
      throw new IllegalStateException("'" + name + "' is served already by another program");
    }
    AtomicBoolean over = new AtomicBoolean();
    return new Service() {
      @Override
      public ServiceName name() {
        return name;
      }

      @Override
      public void close() {
        if (over.compareAndSet(false, true)) {
          services.remove(name);
        }
      }
    };
  }

  @Override
  public ImmutableList<ServiceName> services() {
    return services.keySet().stream()
        .sorted((one, other) -> one.name().compareTo(other.name()))
        .collect(ImmutableList.toImmutableList());
  }

  @Override
  public CompletableFuture<StreamChannel> open(PeerId peer, ServiceName service, Duration timeout) {
    return begin(peer, timeout, new OpenedShape.Streams(service, environment.linksThread()));
  }

  @Override
  public CompletableFuture<DatagramChannel> openDatagrams(
      PeerId peer, ServiceName service, Duration timeout) {
    return begin(peer, timeout, new OpenedShape.Datagrams(service, environment.linksThread()));
  }

  private <C> CompletableFuture<C> begin(PeerId peer, Duration timeout, OpenedShape<C> shape) {
    OutgoingOpening<C> opening = new OutgoingOpening<>(peer, shape, this);
    environment
        .linksThread()
        .execute(
            () -> {
              if (closed) {
                opening.refuse(ChannelRefused.Reason.PEER_OFFLINE, "this node is about to end");
              } else {
                opening.begin(of(peer), timeout);
              }
            });
    return opening.future();
  }

  /** A peer has opened a stream. Strangers, and peers that have enough, are not listened to. */
  private ByteStreamHandler onStream(ByteStream stream) {
    PeerId peer = stream.peer();
    if (closed) {
      stream.reset(ResetCode.SHUTTING_DOWN.number());
      return NOBODY;
    }
    if (!rules.isContact().test(peer)) {
      stream.reset(ResetCode.NOT_ALLOWED.number());
      return NOBODY;
    }
    Link link = links.current(peer).orElse(null);
    PeerChannels channels = of(peer);
    if (link == null || !channels.takeIncoming(environment.nanoTime().getAsLong())) {
      stream.reset(ResetCode.TOO_MANY.number());
      return NOBODY;
    }
    IncomingOpening opening = new IncomingOpening(stream, link, channels, this);
    streams.add(stream);
    opening.begin();
    return opening;
  }

  /** Who serves this name. */
  Optional<Served> served(ServiceName name) {
    return Optional.ofNullable(services.get(name));
  }

  private void onDatagram(PeerId peer, ByteBuffer datagram) {
    PeerChannels channels = peers.get(peer);
    if (channels == null || !channels.onDatagram(datagram)) {
      stray.incrementAndGet();
    }
  }

  void onStreamOpened(ByteStream stream) {
    streams.add(stream);
  }

  /** A stream is over, and what it held has been given back. */
  void onStreamOver(ByteStream stream) {
    streams.remove(stream);
  }

  /** Something of this peer's is over: nothing is kept of peers without link and channels. */
  void forgetIfIdle(PeerId peer) {
    PeerChannels channels = peers.get(peer);
    if (channels != null && channels.isIdle() && links.current(peer).isEmpty()) {
      peers.remove(peer);
    }
  }

  private PeerChannels of(PeerId peer) {
    return peers.computeIfAbsent(
        peer,
        key ->
            new PeerChannels(
                rules.limits().maxPerPeer(),
                new OpeningRate(
                    rules.limits().maxOpeningsPerSecond(), environment.nanoTime().getAsLong()),
                () -> links.want(key)));
  }

  @Override
  public void onUp(Link link) {
    PeerChannels channels = peers.get(link.peer());
    if (channels != null) {
      List.copyOf(channels.waiting()).forEach(opening -> opening.onLink(link));
    }
  }

  @Override
  public void onDown(Link link, String reason) {
    forgetIfIdle(link.peer());
  }

  @Override
  public void onUnreachable(PeerId peer, String reason) {
    PeerChannels channels = peers.get(peer);
    if (channels != null) {
      List.copyOf(channels.waiting()).forEach(opening -> opening.onUnreachable(reason));
    }
  }

  @Override
  public int openChannels(PeerId peer) {
    PeerChannels channels = peers.get(peer);
    return channels == null ? 0 : channels.open.get();
  }

  @Override
  public long strayDatagrams() {
    return stray.get();
  }

  @Override
  public void close() {
    environment.linksThread().execute(this::endAll);
  }

  private void endAll() {
    closed = true;
    log.debug("ending {} channels and openings", streams.size());
    List.copyOf(streams).forEach(stream -> stream.reset(ResetCode.SHUTTING_DOWN.number()));
    for (PeerChannels channels : peers.values()) {
      List.copyOf(channels.waiting())
          .forEach(
              opening ->
                  opening.refuse(ChannelRefused.Reason.PEER_OFFLINE, "this node is about to end"));
    }
  }
}
