package dev.parley.nat.sim;

import com.google.common.net.InetAddresses;
import dev.parley.nat.stun.BindingResponder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The public network with a relay and two STUN servers, and the sites that are built onto it. */
public final class Internet {
  /** Any two places are this far apart, there and back, unless their lines are made longer. */
  public static final Duration ROUND_TRIP = Duration.ofMillis(40);

  /** The way to the middle: a packet takes it twice, and an answer as often. */
  static final Duration TO_THE_MIDDLE = ROUND_TRIP.dividedBy(4);

  private static final int STUN_PORT = 3478;

  public final long seed;
  public final VirtualTime time = new VirtualTime();
  final Random random;
  final Network core;
  private final Relay relay;
  private final List<InetSocketAddress> stunServers = new ArrayList<>();
  private int sites;

  public Internet(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.core = new Network(time, random);
    this.relay = new Relay(this, new Line(TO_THE_MIDDLE));
    stunServers.add(stunServer("198.51.100.1"));
    stunServers.add(stunServer("198.51.100.2"));
  }

  public Relay relay() {
    return relay;
  }

  public List<InetSocketAddress> stunServers() {
    return List.copyOf(stunServers);
  }

  /** A host with a public address. */
  public Site open() {
    Line line = new Line(TO_THE_MIDDLE);
    return new Site(this, line, core, line, publicAddress(++sites), List.of());
  }

  /** A host behind NATs, its home's first. */
  public Site behind(NatRules... nats) {
    Line line = new Line(TO_THE_MIDDLE);
    InetAddress outside = publicAddress(++sites);
    List<NatBox> boxes = new ArrayList<>();
    Network outer = core;
    for (int i = nats.length - 1; i >= 0; i--) {
      boolean outermost = outer == core;
      // RFC 6598: what a carrier has between itself and its customers.
      InetAddress address = outermost ? outside : InetAddresses.forString("100.64.0." + (i + 2));
      Network inner = new Network(time, random);
      NatBox box = new NatBox(time, random, inner, outer, address, nats[i]);
      outer.attach(address, outermost ? line : Site.cable(), box);
      boxes.add(0, box);
      outer = inner;
    }
    return new Site(this, line, outer, Site.cable(), Site.homeAddress(100 + sites), boxes);
  }

  /** Drops what these two sites send to each other straight, or no longer. */
  public void cut(Site one, Site other, boolean dropped) {
    core.cut(one.outerAddress(), other.outerAddress(), dropped);
  }

  private static InetAddress publicAddress(int number) {
    return InetAddresses.forString("203.0.113." + number);
  }

  /** The real thing's answers, without its socket. */
  private InetSocketAddress stunServer(String ip) {
    InetSocketAddress own = new InetSocketAddress(InetAddresses.forString(ip), STUN_PORT);
    core.attach(own.getAddress(), new Line(TO_THE_MIDDLE), packet -> answer(own, packet));
    return own;
  }

  private void answer(InetSocketAddress own, Packet request) {
    if (request.to().getPort() != STUN_PORT) {
      return;
    }
    BindingResponder.answer(
            Unpooled.wrappedBuffer(request.content()),
            request.from(),
            UnpooledByteBufAllocator.DEFAULT)
        .ifPresent(answer -> core.send(new Packet(own, request.from(), bytes(answer))));
  }

  /** Empties and releases. */
  static byte[] bytes(ByteBuf content) {
    byte[] bytes = new byte[content.readableBytes()];
    content.readBytes(bytes);
    content.release();
    return bytes;
  }
}
