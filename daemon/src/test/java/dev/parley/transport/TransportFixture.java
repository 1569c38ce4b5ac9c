package dev.parley.transport;

import com.google.common.collect.ImmutableList;
import dev.parley.identity.Identity;
import dev.parley.link.Link;
import dev.parley.link.LinkListener;
import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import dev.parley.nat.port.IoLoop;
import dev.parley.nat.port.UdpPort;
import dev.parley.peer.v1.Candidates;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Endpoints on loopback and a relay in memory between them. */
public final class TransportFixture implements AutoCloseable {
  public static final SecureRandom RANDOM = new SecureRandom();

  final MemoryRelay relay = new MemoryRelay();
  private final List<Endpoint> endpoints = new ArrayList<>();

  public Endpoint endpoint() throws Exception {
    return endpoint(Identity.ephemeral(RANDOM), 0);
  }

  Endpoint endpoint(Identity identity, int port) throws Exception {
    return endpoint(identity, port, opening -> {});
  }

  /**
   * @param beforeOpen what happens to the transport before it has its port
   */
  Endpoint endpoint(Identity identity, int port, Consumer<QuicTransport> beforeOpen)
      throws Exception {
    Endpoint endpoint = new Endpoint(identity, port, beforeOpen);
    endpoints.add(endpoint);
    return endpoint;
  }

  @Override
  public void close() {
    endpoints.forEach(Endpoint::close);
  }

  /** One node's transport on its own event loop. */
  public final class Endpoint implements AutoCloseable {
    final Identity identity;
    public final QuicTransport transport;
    public final Channel udp;
    final EventLoopGroup group = IoLoop.group(1, "test-udp");
    final List<String> events = new CopyOnWriteArrayList<>();
    final Map<PeerId, PeerLocator.Whereabouts> known = new ConcurrentHashMap<>();
    final RelayCarrier carrier;

    /** Hears what peers tell of where they are. */
    public volatile BiConsumer<PeerId, Candidates> candidates = (peer, told) -> {};

    private Endpoint(Identity identity, int port, Consumer<QuicTransport> beforeOpen)
        throws Exception {
      this.identity = identity;
      this.transport =
          new QuicTransport(
              new QuicTransport.Parts(
                  identity,
                  "parley/test",
                  SignedRecord::getDefaultInstance,
                  this::locate,
                  new Told(),
                  Clock.systemUTC(),
                  System::nanoTime,
                  RANDOM,
                  IoLoop.isEpoll()));
      this.udp =
          UdpPort.open(
                  group,
                  new InetSocketAddress("127.0.0.1", port),
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
                    }
                  })
              .sync()
              .channel();
      beforeOpen.accept(transport);
      udp.eventLoop().submit(() -> transport.install(udp)).sync();
      this.carrier = relay.attach(this);
      transport.addListener(
          new LinkListener() {
            @Override
            public void onUp(Link link) {
              events.add("up " + link.peer().shortForm());
            }

            @Override
            public void onDown(Link link, String reason) {
              events.add("down " + link.peer().shortForm() + " " + reason);
            }

            @Override
            public void onUnreachable(PeerId peer, String reason) {
              events.add("unreachable " + peer.shortForm() + " " + reason);
            }
          });
    }

    public PeerId id() {
      return identity.id();
    }

    private final class Told implements QuicTransport.PeerInfoListener {
      @Override
      public void onRecord(PeerId peer, SignedRecord record) {}

      @Override
      public void onCandidates(PeerId peer, Candidates told) {
        candidates.accept(peer, told);
      }
    }

    public InetSocketAddress address() {
      return (InetSocketAddress) udp.localAddress();
    }

    private PeerLocator.Whereabouts locate(PeerId peer) {
      return known.getOrDefault(
          peer, new PeerLocator.Whereabouts(ImmutableList.of(), ImmutableList.of()));
    }

    void knowsAddressOf(Endpoint other) {
      known.put(
          other.id(),
          new PeerLocator.Whereabouts(ImmutableList.of(other.address()), ImmutableList.of()));
    }

    public void knowsRelayOf(Endpoint other) {
      known.put(
          other.id(), new PeerLocator.Whereabouts(ImmutableList.of(), ImmutableList.of(carrier)));
    }

    void offer(Endpoint other, InetSocketAddress... addresses) throws Exception {
      udp.eventLoop()
          .submit(
              () ->
                  transport
                      .paths()
                      .offer(
                          PeerKey.of(other.id().toByteArray()),
                          List.of(addresses),
                          List.of(carrier)))
          .sync();
    }

    public void onLoop(Runnable action) throws Exception {
      udp.eventLoop().submit(action).sync();
    }

    public Link link(Endpoint other) {
      return transport.current(other.id()).orElse(null);
    }

    /** As if the process was killed: nobody is told. */
    void kill() throws Exception {
      relay.detach(this);
      udp.close().sync();
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Override
    public void close() {
      relay.detach(this);
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  /** Forwards datagrams by key, until it is stopped. */
  static final class MemoryRelay {
    private final Map<PeerKey, Endpoint> attached = new ConcurrentHashMap<>();
    private final Map<PeerKey, RelayCarrier> carriers = new HashMap<>();
    volatile boolean running = true;

    /** Asked about each datagram, from and to whom it goes; what it does not let pass is lost. */
    volatile DatagramFilter filter = (from, to, datagram) -> true;

    /** A relay's whim. */
    interface DatagramFilter {
      boolean passes(PeerKey from, PeerKey to, ByteBuf datagram);
    }

    synchronized RelayCarrier attach(Endpoint endpoint) {
      PeerKey self = PeerKey.of(endpoint.id().toByteArray());
      attached.put(self, endpoint);
      RelayCarrier carrier =
          new RelayCarrier() {
            @Override
            public String name() {
              return "memory";
            }

            @Override
            public boolean send(PeerKey target, ByteBuf datagram) {
              Endpoint to = attached.get(target);
              if (to == null || !running || to.udp == null) {
                datagram.release();
                return false;
              }
              ByteBuf copy = datagram.copy();
              datagram.release();
              if (!filter.passes(self, target, copy)) {
                copy.release();
                return true;
              }
              to.udp
                  .eventLoop()
                  .execute(() -> to.transport.paths().onRelayed(to.carrier, self, copy));
              return true;
            }

            @Override
            public boolean isConnected() {
              return running;
            }
          };
      carriers.put(self, carrier);
      return carrier;
    }

    synchronized void detach(Endpoint endpoint) {
      attached.remove(PeerKey.of(endpoint.id().toByteArray()), endpoint);
    }
  }
}
