package dev.parley.node;

import dev.parley.channels.ChannelEngine;
import dev.parley.channels.Channels;
import dev.parley.config.NodeConfig;
import dev.parley.contacts.Contacts;
import dev.parley.files.FileTransfers;
import dev.parley.files.FilesEngine;
import dev.parley.forward.Forwards;
import dev.parley.forward.LocalForwards;
import dev.parley.link.LinkPath;
import dev.parley.mail.Mail;
import dev.parley.messaging.Messages;
import dev.parley.messaging.Messaging;
import dev.parley.messaging.StorageFailure;
import dev.parley.nat.ice.IceEngine;
import dev.parley.nat.mapping.PortMapper;
import dev.parley.nat.path.PathKind;
import dev.parley.nat.port.IoLoop;
import dev.parley.nat.stun.StunClient;
import dev.parley.pairing.Pairings;
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

/**
 * The node itself. Its parts live on the event loop of the UDP port, the database's threads and the
 * messaging thread; this class starts them in order, lets them hear of each other, and ends them.
 */
final class LocalNode implements Node {
  private static final int CLOSE_SECONDS = 5;

  /** A gateway that has not taken a mapping back by then lets it expire. */
  private static final int RELEASE_MILLIS = 1_000;

  private final NodeAssembly.Ground ground;
  private final EventLoop loop;
  private final OwnRecord record;
  private final QuicTransport transport;
  private final RelayPool relays;
  private final Messaging messaging;
  private final ChannelEngine channels;
  private final StatusBoard board;
  private final Watches watches;
  private final Pings pings;
  private final IceDriver ice;
  private final TcpDriver tcp;
  private final NodeMail mail;
  private final FilesEngine files;
  private final GatewayPorts gateway;
  private final Insight insight;
  private final Optional<DhtDriver> dht;
  private final Reach reach;
  private final LocalForwards forwards;
  private final LanDriver lan;
  private final NodePairings pairings;
  private boolean closed;

  private LocalNode(NodeAssembly.Ground ground, NodeConfig config, Node.Environment environment)
      throws StorageFailure, NodeStartException {
    this.ground = ground;
    this.loop = ground.udp().eventLoop();
    InetSocketAddress bound = (InetSocketAddress) ground.udp().localAddress();
    this.record = new OwnRecord(ground.identity(), ground.memory(), environment.clock());
    StunClient stun = new StunClient(loop, ground.random(), this::sendStun);
    OwnAddresses addresses =
        new OwnAddresses(bound, stun, ground.blocking(), loop, () -> reach().refresh());
    PeerAtlas atlas =
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
    this.channels =
        ChannelEngine.start(
            transport,
            new ChannelEngine.Rules(
                config.channels(), peer -> ground.contacts().nameOf(peer).isPresent()),
            new ChannelEngine.Environment(loop, System::nanoTime));
    this.files = NodeFiles.start(ground, transport, config.files(), environment.clock());
    this.gateway =
        new GatewayPorts(
            new PortMapper.Environment(loop, ground.blocking(), System::nanoTime, ground.random()),
            bound);
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
                gateway::udp));
    this.dht =
        DhtDriver.open(
            config.dht(),
            bound,
            new DhtDriver.Surroundings(
                ground.identity(),
                loop,
                ground.blocking(),
                environment.clock(),
                ground.random(),
                peer -> ground.contacts().nameOf(peer).isPresent(),
                found -> {
                  if (atlas.onFound(found)) {
                    transport.retry(found.peer());
                  }
                }));
    dht.ifPresent(transport::addListener);
    this.reach =
        new Reach(
            new Reach.Parts(
                config, record, addresses, relays, gateway, transport, ice, tcp, dht, insight));
    this.lan =
        new LanDriver(
            new LanDriver.Surroundings(
                ground.identity(),
                config.lan(),
                ground.contacts(),
                () -> record.current().signed(),
                atlas,
                transport,
                loop,
                environment.clock(),
                ground.random()));
    this.forwards =
        new LocalForwards(
            new LocalForwards.Parts(
                channels,
                ground.store().forwards(),
                ground.runtime(),
                ground.blocking(),
                ground.random()));
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
                channels,
                insight,
                ground.store().salvages(),
                forwards,
                files));
    this.watches = new Watches(loop, board::now);
    this.pings = new Pings(transport, loop);
    this.mail =
        new NodeMail(
            new NodeMail.Surroundings(
                ground.contacts(), ground.contacts(), transport, relays, messaging, loop),
            new MailDial(loop, ground.blocking(), ground.random()));
    this.pairings =
        new NodePairings(
            new NodePairings.Surroundings(
                ground.identity(),
                record,
                ground.contacts(),
                relays::home,
                config.relays(),
                loop,
                ground.blocking(),
                ground.random(),
                environment.clock()));
  }

  static LocalNode start(
      NodeAssembly.Ground ground, NodeConfig config, Node.Environment environment)
      throws StorageFailure, NodeStartException {
    LocalNode node = new LocalNode(ground, config, environment);
    node.onLoop(
        () -> {
          node.begin();
          return null;
        });
    node.forwards.begin();
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

  Reach reach() {
    return reach;
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
    reach.begin((InetSocketAddress) udp.localAddress(), loop);
    lan.begin((InetSocketAddress) udp.localAddress());
    new Homecoming(ground.contacts(), transport, loop).begin();
  }

  private void sendStun(ByteBuf request, InetSocketAddress server) {
    transport.paths().sendStun(request, server);
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
  public Channels channels() {
    return channels;
  }

  @Override
  public Forwards forwards() {
    return forwards;
  }

  @Override
  public FileTransfers files() {
    return files;
  }

  @Override
  public Pairings pairings() {
    return pairings;
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
    CompletableFuture<Void> unmapped = onLoop(gateway::close);
    lan.close();
    pairings.close();
    forwards.close();
    channels.close();
    mail.close();
    files.close();
    messaging.close();
    unmapped.completeOnTimeout(null, RELEASE_MILLIS, TimeUnit.MILLISECONDS).join();
    loop.submit(
            () -> {
              watches.close();
              ice.close();
              tcp.close();
              dht.ifPresent(DhtDriver::close);
              transport.shutDown();
              relays.close();
              ground.udp().close();
            })
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    ground.close();
  }
}
