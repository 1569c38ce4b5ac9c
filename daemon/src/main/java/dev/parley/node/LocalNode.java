package dev.parley.node;

import com.google.common.collect.ImmutableList;
import dev.parley.config.NodeConfig;
import dev.parley.contacts.Contacts;
import dev.parley.discovery.PeerAddresses;
import dev.parley.discovery.RelayUrl;
import dev.parley.link.LinkPath;
import dev.parley.mail.Mail;
import dev.parley.messaging.Messages;
import dev.parley.messaging.Messaging;
import dev.parley.messaging.StorageFailure;
import dev.parley.nat.candidate.NetworkWatch;
import dev.parley.nat.ice.IceEngine;
import dev.parley.nat.mapping.MappedTransport;
import dev.parley.nat.mapping.PortMapper;
import dev.parley.nat.path.PathKind;
import dev.parley.nat.port.IoLoop;
import dev.parley.nat.stun.StunClient;
import dev.parley.peer.v1.Candidates;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.client.RelayEnvironment;
import dev.parley.relay.client.RelayPool;
import dev.parley.transport.QuicTransport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node itself. Its parts live on the event loop of the UDP port, the database's threads and the
 * messaging thread; this class starts them in order, lets them hear of each other, and ends them.
 */
final class LocalNode implements Node {
  private static final Logger log = LoggerFactory.getLogger(LocalNode.class);

  /**
   * How often the network is looked at for a change. Looking takes a fraction of a millisecond; a
   * link whose address is gone stands still until then.
   */
  private static final int NETWORK_WATCH_SECONDS = 1;

  private static final int STUN_REFRESH_MINUTES = 10;
  private static final int CLOSE_SECONDS = 5;

  /** A gateway that has not taken a mapping back by then lets it expire. */
  private static final int RELEASE_MILLIS = 1_000;

  private final NodeAssembly.Ground ground;
  private final NodeConfig config;
  private final EventLoop loop;
  private final OwnRecord record;
  private final OwnAddresses addresses;
  private final PeerAtlas atlas;
  private final QuicTransport transport;
  private final RelayPool relays;
  private final Messaging messaging;
  private final StatusBoard board;
  private final Watches watches;
  private final Pings pings;
  private final IceDriver ice;
  private final TcpDriver tcp;
  private final NodeMail mail;
  private final Insight insight;
  private final NetworkWatch network = new NetworkWatch(NetworkWatch::system);
  private Optional<PortMapper> mapper = Optional.empty();
  private Optional<PortMapper> tcpMapper = Optional.empty();
  private boolean closed;

  private LocalNode(NodeAssembly.Ground ground, NodeConfig config, Node.Environment environment)
      throws StorageFailure {
    this.ground = ground;
    this.config = config;
    this.loop = ground.udp().eventLoop();
    InetSocketAddress bound = (InetSocketAddress) ground.udp().localAddress();
    this.record = new OwnRecord(ground.identity(), ground.memory(), environment.clock());
    StunClient stun = new StunClient(loop, ground.random(), this::sendStun);
    this.addresses = new OwnAddresses(bound, stun, ground.blocking(), loop, this::refreshRecord);
    this.atlas =
        new PeerAtlas(ground.contacts(), this::relays, () -> transport().paths(), addresses::all);
    this.transport =
        new QuicTransport(
            new QuicTransport.Parts(
                ground.identity(),
                environment.software(),
                () -> record.current().signed(),
                atlas,
                atlas,
                environment.clock(),
                System::nanoTime,
                ground.random(),
                IoLoop.isEpoll()));
    transport.know(peer -> ground.contacts().nameOf(peer).isPresent());
    IceEngine checks = IceEngine.on(loop, this::sendStun);
    transport
        .paths()
        .onStun(
            (from, packet) -> {
              boolean taken = stun.onDatagram(packet, from) || checks.onStun(packet, from);
            });
    this.ice =
        new IceDriver(
            new IceDriver.Surroundings(
                ground.identity().id(),
                new AskingEngine(checks, addresses::askAgain),
                transport.paths(),
                transport::sendIce,
                addresses::locals,
                peer -> ground.contacts().nameOf(peer).isPresent(),
                new StrangerAttempts(),
                loop,
                System::nanoTime,
                ground.random()));
    transport.onIce(ice::onSignal);
    transport.addListener(ice);
    this.tcp =
        TcpDriver.on(ground.identity().id(), transport, addresses::all, loop, ground.random());
    if (config.tcp()) {
      atlas.onTcp(tcp::onCandidates);
      transport.addListener(tcp);
    }
    this.relays =
        new RelayPool(
            config.relays(),
            new RelayEnvironment(
                ground.identity(), loop, ground.blocking(), ground.random(), Optional.empty()),
            new RelayEvents(this, transport, atlas));
    this.messaging =
        Messaging.start(
            ground.store().messages(),
            transport,
            new Messaging.Rules(
                config.messages(), peer -> ground.contacts().nameOf(peer).isPresent()),
            new Messaging.Environment(environment.clock(), ground.random(), ground.timers()));
    this.insight =
        new Insight(
            new Insight.Sources(
                stun,
                addresses,
                relays,
                transport,
                ice,
                tcp,
                atlas,
                ground.contacts(),
                loop,
                () -> mapper));
    this.board =
        new StatusBoard(
            new StatusBoard.Sources(
                ground.identity().id(),
                environment.clock().instant(),
                bound,
                record,
                relays,
                transport,
                checks,
                ground.contacts(),
                messaging,
                insight,
                ground.store().salvages()));
    this.watches = new Watches(loop, board::now);
    this.pings = new Pings(transport, loop);
    this.mail =
        new NodeMail(
            new NodeMail.Surroundings(
                ground.contacts(), ground.contacts(), transport, relays, messaging, loop),
            new MailDial(loop, ground.blocking(), ground.random()));
  }

  static LocalNode start(
      NodeAssembly.Ground ground, NodeConfig config, Node.Environment environment)
      throws StorageFailure {
    LocalNode node = new LocalNode(ground, config, environment);
    node.onLoop(
        () -> {
          node.begin();
          return null;
        });
    // Reads the disk, which nothing else waits for.
    Mail mail = node.startMail(environment);
    node.onLoop(
        () -> {
          node.mail.begin(mail);
          return null;
        });
    return node;
  }

  private Mail startMail(Node.Environment environment) throws StorageFailure {
    try {
      return Mail.start(
          ground.identity(),
          ground.store().mailBook(),
          new Mail.Messages(
              ground.store().messages(), messaging::takeMail, messaging::onLeftAtMailbox),
          mail,
          new Mail.Environment(environment.clock(), ground.random()));
    } catch (IOException e) {
      throw new StorageFailure(
          StorageFailure.Kind.FAILING, "what is kept of mail cannot be read: " + e.getMessage(), e);
    }
  }

  NodeMail mail() {
    return mail;
  }

  /** Whether this is one of the relays that the user has configured. */
  boolean isOwn(RelayUrl relay) {
    return config.relays().contains(relay);
  }

  private RelayPool relays() {
    return relays;
  }

  private QuicTransport transport() {
    return transport;
  }

  private void begin() {
    Channel udp = ground.udp();
    ground.memory().port(((InetSocketAddress) udp.localAddress()).getPort());
    transport.install(udp);
    network.look().ifPresent(first -> addresses.onNetwork(first.network()));
    refreshRecord();
    relays.start();
    if (config.tcp()) {
      tcp.listen((InetSocketAddress) udp.localAddress());
    }
    askStun();
    if (config.portMapping()) {
      mapper = Optional.of(mapPort(MappedTransport.UDP, new Forwarding(addresses)));
      if (config.tcp()) {
        tcpMapper = Optional.of(mapPort(MappedTransport.TCP, tcp.forwarding()));
      }
    }
    loop.scheduleAtFixedRate(
        this::watchNetwork, NETWORK_WATCH_SECONDS, NETWORK_WATCH_SECONDS, TimeUnit.SECONDS);
    loop.scheduleAtFixedRate(
        this::askStun, STUN_REFRESH_MINUTES, STUN_REFRESH_MINUTES, TimeUnit.MINUTES);
    new Homecoming(ground.contacts(), transport, loop).begin();
  }

  private PortMapper mapPort(MappedTransport transport, PortMapper.Listener listener) {
    return PortMapper.start(
        new PortMapper.Environment(loop, ground.blocking(), System::nanoTime, ground.random()),
        PortMapper.Timing.DEFAULT,
        transport,
        (InetSocketAddress) ground.udp().localAddress(),
        listener);
  }

  private void sendStun(ByteBuf request, InetSocketAddress server) {
    transport.paths().sendStun(request, server);
  }

  private void askStun() {
    config.stun().forEach(addresses::ask);
  }

  /** A relay is connected: it may serve STUN, and peers wait to be reached through it. */
  void onRelayConnected(Optional<InetSocketAddress> stunServer) {
    stunServer.ifPresent(addresses::ask);
    refreshRecord();
    transport.paths().onRelayChanged();
    transport.retryAll();
  }

  void onRelayDisconnected() {
    transport.paths().onRelayChanged();
  }

  private void onNetworkChanged(NetworkWatch.Change change) {
    log.info("the network has changed: {}", change.what());
    addresses.onNetwork(change.network());
    relays.checkNow();
    mapper.ifPresent(PortMapper::restart);
    tcpMapper.ifPresent(PortMapper::restart);
    askStun();
    refreshRecord();
    transport.paths().onNetworkChanged();
    transport.retryAll();
    ice.onNetworkChanged();
    tcp.onNetworkChanged();
    insight.onNetworkChanged();
  }

  private void watchNetwork() {
    network.look().ifPresent(this::onNetworkChanged);
    insight.tick();
  }

  /** Says anew where this node is, if that has changed, to all who listen. */
  void refreshRecord() {
    ImmutableList<RelayUrl> homeFirst =
        ImmutableList.<RelayUrl>builder()
            .addAll(relays.home().stream().toList())
            .addAll(
                config.relays().stream()
                    .filter(url -> !relays.home().equals(Optional.of(url)))
                    .toList())
            .build();
    if (!record.update(homeFirst, addresses.all())) {
      return;
    }
    Candidates.Builder candidates = Candidates.newBuilder().setRecord(record.current().signed());
    record.current().addresses().stream()
        .map(PeerAddresses::encode)
        .flatMap(Optional::stream)
        .forEach(candidates::addAddresses);
    candidates.addAllTcpAddresses(tcp.ownAddresses());
    transport.announce(candidates.build());
    ice.onLocals();
  }

  @Override
  public PeerId id() {
    return ground.identity().id();
  }

  @Override
  public String ticket(boolean withAddresses) {
    return record.ticket(withAddresses);
  }

  @Override
  public Contacts contacts() {
    return ground.contacts();
  }

  @Override
  public Messages messages() {
    return messaging;
  }

  @Override
  public NodeStatus status() {
    return onLoop(board::now);
  }

  @Override
  public Watch watch(Consumer<NodeStatus> listener) {
    return watches.add(listener);
  }

  @Override
  public Watch ping(PeerId peer, PingPlan plan, PingListener listener) {
    return pings.start(peer, plan, listener);
  }

  @Override
  public void pinPath(PeerId peer, Optional<LinkPath.Kind> kind) {
    Optional<PathKind> pinned =
        kind.map(
            wanted ->
                switch (wanted) {
                  case DIRECT -> PathKind.DIRECT;
                  case RELAY -> PathKind.RELAY;
                  case TURN -> PathKind.TURN;
                });
    loop.execute(() -> transport.paths().pin(PeerAtlas.keyOf(peer), pinned.orElse(null)));
  }

  @Override
  public CompletableFuture<NetcheckReport> netcheck() {
    return onLoop(insight::netcheck);
  }

  @Override
  public CompletableFuture<WhyReport> why(PeerId peer) {
    return onLoop(() -> insight.why(peer));
  }

  @Override
  public Instant backup(OutputStream out, char[] passphrase) throws IOException {
    return ground.backup().write(out, passphrase);
  }

  @Override
  public CompletionStage<String> damage() {
    return ground.store().damage();
  }

  private <T> T onLoop(Callable<T> task) {
    if (loop.inEventLoop()) {
      try {
        return task.call();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    return loop.submit(task).syncUninterruptibly().getNow();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    CompletableFuture<Void> unmapped =
        onLoop(
            () ->
                CompletableFuture.allOf(
                    Stream.of(mapper, tcpMapper)
                        .flatMap(Optional::stream)
                        .map(PortMapper::close)
                        .toArray(CompletableFuture[]::new)));
    mail.close();
    messaging.close();
    unmapped.completeOnTimeout(null, RELEASE_MILLIS, TimeUnit.MILLISECONDS).join();
    loop.submit(
            () -> {
              watches.close();
              ice.close();
              tcp.close();
              transport.shutDown();
              relays.close();
              ground.udp().close();
            })
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    ground.close();
  }
}
