package dev.parley.nat.sim;

import com.google.common.collect.ImmutableList;
import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import dev.parley.nat.candidate.RemoteCandidates;
import dev.parley.nat.ice.IceLocals;
import dev.parley.nat.path.PathKind;
import dev.parley.nat.path.PathListener;
import dev.parley.nat.path.PathReport;
import dev.parley.nat.path.PathSwitch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A node reduced to its paths: the real switch and STUN client on one port, and links that are
 * doubles. Tells peers where it is, and takes what they tell, as the real node does.
 */
public final class MiniNode {
  public static final int PORT = 4_242;

  /** Both as the real node. */
  private static final long STUN_REFRESH_MINUTES = 10;

  private static final long NETWORK_WATCH_SECONDS = 1;

  /** A change of path. */
  public record Switched(long atMillis, PathReport path, String reason) {}

  private final Internet internet;
  private final Site site;
  private final String name;
  private final Random random;
  private final PeerKey key;
  private final Meter meter = new Meter();
  private final List<Switched> switches = new ArrayList<>();
  private final Map<PeerKey, Heard> heard = new HashMap<>();
  private MiniPort port;
  private MiniLinks links;
  private MiniAddresses addresses;
  private MiniAttempts attempts;
  private RelayCarrier carrier;
  private ImmutableList<InetSocketAddress> announced = ImmutableList.of();
  private MiniExtension extension = new MiniExtension() {};
  private long said;
  private int copies;

  MiniNode(Internet internet, Site site, String name) {
    this.internet = internet;
    this.site = site;
    this.name = name;
    this.random = new Random(internet.random.nextLong());
    this.key = new PeerKey(random.nextLong(), random.nextLong(), random.nextLong(), 0);
    this.port = open();
    this.links = new MiniLinks(this);
    this.addresses = new MiniAddresses(this, port.stun);
    this.attempts = new MiniAttempts(this, port.stun);
    this.carrier = internet.relay().join(this);
    site.plug(this::receive);
    begin();
  }

  private MiniPort open() {
    return new MiniPort(
        internet.time,
        new Listener(),
        new MiniSigner(key),
        random,
        this::transmit,
        (flow, datagram) -> links.onDatagram(flow, datagram));
  }

  private void begin() {
    port.paths.onStun(
        (from, packet) -> {
          boolean taken =
              extension.onStun(packet, from)
                  || port.stun.onDatagram(packet, from)
                  || attempts.onRequest(packet, from, internet.time.nanos());
        });
    boolean unused = addresses.refresh();
    askStun();
    every(NETWORK_WATCH_SECONDS, this::watchNetwork);
    every(TimeUnit.MINUTES.toSeconds(STUN_REFRESH_MINUTES), this::askStun);
  }

  private void every(long seconds, Runnable action) {
    boolean unused =
        loop().scheduleAtFixedRate(action, seconds, seconds, TimeUnit.SECONDS).isDone();
  }

  /** The process is killed and started again: it knows nobody. */
  public void restart() {
    port.kill();
    port = open();
    links = new MiniLinks(this);
    addresses = new MiniAddresses(this, port.stun);
    attempts = new MiniAttempts(this, port.stun);
    carrier = internet.relay().join(this);
    announced = ImmutableList.of();
    begin();
  }

  /** What the node does beside: hears of its links and of signals. */
  public void extend(MiniExtension more) {
    extension = more;
  }

  public Site site() {
    return site;
  }

  public PeerKey key() {
    return key;
  }

  public PathSwitch paths() {
    return port.paths;
  }

  public EventLoop loop() {
    return port.loop();
  }

  Random random() {
    return random;
  }

  boolean isSmallerThan(PeerKey other) {
    return key.a() < other.a();
  }

  public Meter meter() {
    return meter;
  }

  public List<Switched> switches() {
    return switches;
  }

  /** What this node tells peers of itself, by where it comes from. */
  public IceLocals locals() {
    return new IceLocals(addresses.hosts(), ImmutableList.of(), addresses.reflexive());
  }

  public Heard heardOf(MiniNode peer) {
    return heard.computeIfAbsent(peer.key, k -> new Heard());
  }

  public void dial(MiniNode peer) {
    redial(peer.key);
  }

  private void redial(PeerKey peer) {
    links.dial(peer, List.of(), List.of(carrier));
  }

  public boolean isUp(MiniNode peer) {
    MiniLink link = links.with(peer.key);
    return link != null && link.isUp();
  }

  public Optional<PathReport> pathTo(MiniNode peer) {
    return isUp(peer) ? paths().current(peer.key) : Optional.empty();
  }

  public boolean isDirectTo(MiniNode peer) {
    return pathTo(peer).filter(path -> path.kind() == PathKind.DIRECT).isPresent();
  }

  /** One datagram of the user; returns how many copies of it have left. */
  public int say(MiniNode peer) {
    MiniLink link = links.with(peer.key);
    copies = 0;
    if (link != null && link.isUp()) {
      link.sendData(said++);
    }
    return copies;
  }

  public void signal(PeerKey peer, byte[] signal) {
    MiniLink link = links.with(peer);
    if (link != null && link.isUp()) {
      link.sendFrame(Datagram.Type.SIGNAL, signal);
    }
  }

  /** Sends a STUN packet, or what looks like one, from the node's port. */
  public void sendStun(ByteBuf packet, InetSocketAddress to) {
    paths().sendStun(packet, to);
  }

  /** Another address in the same network, as after a new lease. */
  public void changeAddress() {
    site.changeAddress(this::receive);
  }

  /** The site's cable is pulled, or plugged back. */
  public void plug(boolean in) {
    site.line().up(in);
    onRelayChanged();
  }

  void onProven(MiniLink link, PeerKey peer) {
    paths().name(link.flow(), peer);
    links.replace(peer, link);
  }

  void onUp(MiniLink link, PeerKey peer) {
    link.sendFrame(Datagram.Type.ADDRESSES, Datagram.addresses(addresses.all()));
    extension.onUp(peer);
  }

  void onAddresses(PeerKey peer, List<InetSocketAddress> told) {
    List<InetSocketAddress> vetted = RemoteCandidates.vet(told, addresses.all());
    paths().offer(peer, vetted, List.of());
    attempts.onAddresses(peer, vetted);
  }

  void onSignal(PeerKey peer, byte[] signal) {
    extension.onSignal(peer, signal);
  }

  void onData(PeerKey peer, long number) {
    heard.computeIfAbsent(peer, k -> new Heard()).onData(number, internet.time.millis());
  }

  /** Says anew where this node is, if that has changed. */
  void announce() {
    ImmutableList<InetSocketAddress> now = addresses.all();
    if (!now.equals(announced)) {
      announced = now;
      for (PeerKey peer : links.up()) {
        links.with(peer).sendFrame(Datagram.Type.ADDRESSES, Datagram.addresses(now));
      }
      extension.onLocals();
    }
  }

  private void askStun() {
    internet.stunServers().forEach(addresses::ask);
  }

  private void watchNetwork() {
    if (addresses.refresh()) {
      askStun();
      announce();
      paths().recheckAll();
      extension.onNetworkChanged();
    }
    for (PeerKey peer : links.dueForAttempt(internet.time.nanos())) {
      signalAttempt(peer);
      onAttempt(peer);
    }
  }

  private void signalAttempt(PeerKey peer) {
    MiniLink link = links.with(peer);
    if (link != null) {
      link.sendFrame(Datagram.Type.ATTEMPT, new byte[0]);
    }
  }

  void onAttempt(PeerKey peer) {
    askStun();
    attempts.begin(peer, internet.time.nanos());
  }

  void write(dev.parley.nat.path.Flow flow, ByteBuf datagram) {
    port.write(flow.address(), datagram);
  }

  private void transmit(InetSocketAddress to, byte[] content) {
    sending(content);
    meter.count(content);
    site.send(new Packet(new InetSocketAddress(site.address(), PORT), to, content));
  }

  /** Something goes out, straight or to the relay. */
  void sending(byte[] content) {
    copies += Datagram.isData(content) ? 1 : 0;
  }

  private void receive(Packet packet) {
    if (packet.to().getPort() == PORT) {
      port.receive(packet);
    }
  }

  void onRelayed(RelayCarrier relay, PeerKey source, byte[] content) {
    paths().onRelayed(relay, source, Unpooled.wrappedBuffer(content));
  }

  void onRelayChanged() {
    paths().onRelayChanged();
  }

  void onAbsent(RelayCarrier relay, PeerKey target) {
    if (relay == carrier) {
      paths().onTargetAbsent(relay, target);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  private final class Listener implements PathListener {
    @Override
    public void onSwitched(PeerKey peer, PathReport now, String reason) {
      switches.add(new Switched(internet.time.millis(), now, reason));
    }

    @Override
    public void onForgotten(PeerKey peer, long localTag) {
      MiniLink link = links.with(peer);
      if (link != null && link.localTag() == localTag) {
        links.forget(peer, localTag);
        redial(peer);
      }
    }
  }
}
