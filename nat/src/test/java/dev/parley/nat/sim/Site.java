package dev.parley.nat.sim;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** A place for one host: its network, and the NATs between it and the public one. */
public final class Site {
  private final Internet internet;
  private final Line line;
  private final Network network;
  private final Line cable;
  private final List<NatBox> nats;
  private InetAddress address;
  private int guests;

  /**
   * @param line what connects it with the public network
   * @param cable what connects the host with its own network: the same, where that is the public
   */
  Site(
      Internet internet,
      Line line,
      Network network,
      Line cable,
      InetAddress address,
      List<NatBox> nats) {
    this.internet = internet;
    this.line = line;
    this.network = network;
    this.cable = cable;
    this.address = address;
    this.nats = nats;
  }

  static Line cable() {
    return new Line(Duration.ofNanos(100_000));
  }

  /** All homes have the same network, as homes do. */
  static InetAddress homeAddress(int host) {
    return InetAddresses.forString("192.168.1." + host);
  }

  /** One more host in the network of this home. */
  public Site guest() {
    if (nats.isEmpty()) {
      throw new IllegalStateException("there is no home to be a guest in");
    }
    guests++;
    InetAddress own = homeAddress(2 + guests);
    return new Site(internet, line, network, cable(), own, nats);
  }

  public MiniNode node(String name) {
    return new MiniNode(internet, this, name);
  }

  public Line line() {
    return line;
  }

  /** The home's router. */
  public NatBox nat() {
    return nats.get(0);
  }

  public List<NatBox> nats() {
    return nats;
  }

  /** Where its packets seem to come from on the public network. */
  public InetAddress outerAddress() {
    return nats.isEmpty() ? address : nats.get(nats.size() - 1).address();
  }

  /** Whether packets of this site get in to that one, once both send to what they know. */
  public boolean reaches(Site other) {
    return nats.isEmpty()
        ? other.nats.stream().noneMatch(nat -> nat.rules().udpBlocked())
        : nats.stream().allMatch(nat -> other.lets(nat.rules()));
  }

  private boolean lets(NatRules others) {
    return !others.udpBlocked() && nats.stream().allMatch(nat -> others.reaches(nat.rules()));
  }

  InetAddress address() {
    return address;
  }

  void plug(Network.Attached host) {
    network.attach(address, cable, host);
  }

  /** Another address of the same network for the host, as after a new lease. */
  void changeAddress(Network.Attached host) {
    network.detach(address);
    byte[] bytes = address.getAddress();
    bytes[3] = (byte) (bytes[3] ^ 0x80);
    try {
      address = InetAddress.getByAddress(bytes);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
    plug(host);
  }

  void send(Packet packet) {
    network.send(packet);
  }

  boolean isConnected() {
    return line.isUp() && cable.isUp();
  }
}
