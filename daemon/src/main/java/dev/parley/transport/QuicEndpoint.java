package dev.parley.transport;

import dev.parley.nat.path.Flow;
import dev.parley.nat.path.PathSwitch;
import dev.parley.proto.id.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelBootstrap;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import io.netty.handler.codec.quic.QuicDatagramExtensionEvent;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * QUIC in both roles above one path switch: settings, pipelines, and who belongs to which flow.
 * Owned by the event loop.
 */
final class QuicEndpoint {
  /** From a stranger's first datagram to its proof. */
  static final long HANDSHAKE_TIMEOUT_MILLIS = 8_000;

  private static final AttributeKey<PeerTls.Expectation> EXPECTED =
      AttributeKey.valueOf("parley.expected");
  private static final AttributeKey<Integer> MAX_DATAGRAM =
      AttributeKey.valueOf("parley.maxDatagram");
  private static final AttributeKey<Boolean> BULK = AttributeKey.valueOf("parley.bulk");
  private static final AttributeKey<Carrier> CARRIER = AttributeKey.valueOf("parley.carrier");

  /** Whom an endpoint tells of connections that peers have begun, and of ends. */
  interface Owner {
    /** Its peer is proven, and wants it to be the link. */
    void onAccepted(Connection connection);

    /** Its peer is proven, and wants it for bulk; {@link #discard} when there is no room. */
    void onAcceptedBulk(QuicChannel channel, Flow flow, PeerId peer);

    void onClosed(Carrier carrier, String reason);
  }

  private final TransportContext context;
  private final PeerTls tls;
  private final boolean segmentation;
  private final Owner owner;
  private final Map<InetSocketAddress, QuicChannel> channels = new HashMap<>();

  /** The addresses of connections that we dialled and that are not up yet. */
  private final Set<InetSocketAddress> dialling = new HashSet<>();

  private final List<Runnable> early = new ArrayList<>();
  private volatile @Nullable Channel udp;

  QuicEndpoint(TransportContext context, PeerTls tls, boolean segmentation, Owner owner) {
    this.context = context;
    this.tls = tls;
    this.segmentation = segmentation;
    this.owner = owner;
  }

  TransportContext context() {
    return context;
  }

  EventLoop loop() {
    return udp().eventLoop();
  }

  /**
   * Runs it on the event loop. What is asked for before the port is open, as by an outbox that was
   * not empty when the node stopped, waits until it is. Thread-safe.
   */
  void execute(Runnable task) {
    synchronized (early) {
      if (udp == null) {
        early.add(task);
        return;
      }
    }
    udp().eventLoop().execute(task);
  }

  private Channel udp() {
    Channel open = udp;
    if (open == null) {
      throw new IllegalStateException("the UDP port is not open yet");
    }
    return open;
  }

  /** Builds the node's pipeline on the UDP port. */
  void install(Channel port) {
    List<Runnable> waiting;
    synchronized (early) {
      udp = port;
      waiting = List.copyOf(early);
      early.clear();
    }
    ChannelPipeline pipeline = port.pipeline();
    pipeline.addLast(context.paths());
    pipeline.addLast(new RoleDemux());
    pipeline.addLast(serverCodec());
    pipeline.addLast(RoleDemux.BYPASS, new ChannelInboundHandlerAdapter());
    pipeline.addLast(new HandshakeNudge(dialling::contains));
    pipeline.addLast(clientCodec());
    waiting.forEach(port.eventLoop()::execute);
  }

  private ChannelHandler serverCodec() {
    QuicServerCodecBuilder builder =
        QuicSettings.apply(new QuicServerCodecBuilder())
            .sslEngineProvider(channel -> tls.server.newEngine(channel.alloc()))
            .connectionIdAddressGenerator(QuicConnectionIdGenerator.signGenerator())
            .handler(new AcceptedInitializer())
            .streamHandler(new StreamInitializer());
    if (segmentation) {
      builder.option(
          QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, QuicSettings.segments());
    }
    return builder.build();
  }

  private ChannelHandler clientCodec() {
    return QuicSettings.apply(new QuicClientCodecBuilder())
        .sslEngineProvider(this::clientEngine)
        .build();
  }

  private QuicSslEngine clientEngine(QuicChannel channel) {
    boolean bulk = Boolean.TRUE.equals(channel.attr(BULK).get());
    QuicSslEngine engine = (bulk ? tls.bulkClient : tls.client).newEngine(channel.alloc());
    tls.expect(engine, channel.attr(EXPECTED).get());
    channel.closeFuture().addListener(done -> tls.forget(engine));
    return engine;
  }

  QuicChannelBootstrap bootstrap(
      Flow flow,
      PeerTls.Expectation expectation,
      boolean bulk,
      Consumer<QuicChannel> onHandshake,
      BiConsumer<QuicChannel, String> onRefused) {
    QuicChannelBootstrap bootstrap =
        QuicChannel.newBootstrap(udp())
            .attr(EXPECTED, expectation)
            .attr(BULK, bulk)
            .localAddress(PathSwitch.LOCAL)
            .remoteAddress(flow.address())
            .handler(new HandshakeHandler(flow, onHandshake, onRefused))
            .streamHandler(new StreamInitializer());
    if (segmentation) {
      bootstrap.option(
          QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, QuicSettings.segments());
    }
    return bootstrap;
  }

  /** Makes a link of a channel whose handshake is done. */
  Connection connectionOf(QuicChannel channel, Flow flow, PeerId peer) {
    context.paths().name(flow, context.keyOf(peer));
    Connection connection = new Connection(channel, flow, peer, context);
    carries(channel, flow, connection);
    return connection;
  }

  /** A channel whose handshake is done has become the one or the other. */
  void carries(QuicChannel channel, Flow flow, Carrier carrier) {
    channel.attr(CARRIER).set(carrier);
    channels.put(flow.address(), channel);
    Integer datagramBytes = channel.attr(MAX_DATAGRAM).get();
    if (datagramBytes != null) {
      carrier.onMaxDatagram(datagramBytes);
    }
  }

  /** Gives up a flow that has not become a link. */
  void discard(@Nullable QuicChannel channel, Flow flow) {
    QuicChannel known = channels.remove(flow.address());
    QuicChannel given = channel == null ? known : channel;
    if (given != null) {
      given.close();
    }
    dialling.remove(flow.address());
    context.paths().close(flow);
  }

  /** QUIC connections that are open or becoming so, and diallers that wait for a peer's key. */
  int held() {
    return channels.size() + tls.expectations();
  }

  /** Watches one handshake, then the connection until it closes. */
  private final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    private final Flow flow;
    private final Consumer<QuicChannel> onHandshake;
    private final BiConsumer<QuicChannel, String> onRefused;
    private boolean established;
    private String closeReason = "it fell silent";

    HandshakeHandler(
        Flow flow, Consumer<QuicChannel> onHandshake, BiConsumer<QuicChannel, String> onRefused) {
      this.flow = flow;
      this.onHandshake = onHandshake;
      this.onRefused = onRefused;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      channels.put(flow.address(), (QuicChannel) ctx.channel());
      if (flow.isDialled()) {
        dialling.add(flow.address());
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      QuicChannel channel = (QuicChannel) ctx.channel();
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        dialling.remove(flow.address());
        if (handshake.isSuccess()) {
          established = true;
          onHandshake.accept(channel);
        } else {
          context.counters().failedHandshakes().increment();
          onRefused.accept(channel, CloseReasons.ofHandshake(handshake.cause()));
        }
      } else if (event instanceof QuicConnectionCloseEvent close) {
        closeReason = CloseReasons.of(close);
        if (!established) {
          context.counters().failedHandshakes().increment();
          onRefused.accept(channel, closeReason);
        }
      } else if (event instanceof QuicDatagramExtensionEvent datagrams) {
        onMaxDatagram(channel, datagrams.maxLength());
      }
      ctx.fireUserEventTriggered(event);
    }

    private void onMaxDatagram(QuicChannel channel, int bytes) {
      channel.attr(MAX_DATAGRAM).set(bytes);
      Carrier carrier = channel.attr(CARRIER).get();
      if (carrier != null) {
        carrier.onMaxDatagram(bytes);
      }
    }

    /** Streams have channels of their own: what is read here is a datagram. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      Carrier carrier = ctx.channel().attr(CARRIER).get();
      if (carrier == null || !(message instanceof ByteBuf datagram)) {
        ctx.fireChannelRead(message);
        return;
      }
      try {
        carrier.onDatagram(datagram);
      } finally {
        datagram.release();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      Carrier carrier = ctx.channel().attr(CARRIER).get();
      if (carrier != null) {
        carrier.onChannelClosed(closeReason);
        owner.onClosed(carrier, closeReason);
      }
    }

    /** The channel is gone; only here does one hear of it whose handshake was not completed. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      channels.remove(flow.address(), (QuicChannel) ctx.channel());
      dialling.remove(flow.address());
      if (!ctx.channel().hasAttr(CARRIER)) {
        onRefused.accept((QuicChannel) ctx.channel(), closeReason);
      }
      context.paths().close(flow);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      closeReason = "the connection failed: " + cause.getMessage();
      ctx.close();
    }
  }

  private final class AcceptedInitializer extends ChannelInitializer<QuicChannel> {
    @Override
    protected void initChannel(QuicChannel channel) {
      Flow flow = context.paths().flowAt((InetSocketAddress) channel.remoteSocketAddress());
      if (flow == null || channels.containsKey(flow.address())) {
        channel.close();
        return;
      }
      channel
          .pipeline()
          .addLast(new HandshakeHandler(flow, c -> onProven(c, flow), (c, reason) -> c.close()));
      loop()
          .schedule(
              () -> {
                if (!flow.isNamed()) {
                  channel.close();
                }
              },
              HANDSHAKE_TIMEOUT_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  private void onProven(QuicChannel channel, Flow flow) {
    PeerId peer = PeerTls.provenPeer(channel.sslEngine()).orElse(null);
    if (peer == null || peer.equals(context.self())) {
      channel.close();
      return;
    }
    if (PeerTls.isBulk(channel.sslEngine())) {
      owner.onAcceptedBulk(channel, flow, peer);
    } else {
      owner.onAccepted(connectionOf(channel, flow, peer));
    }
  }

  private static final class StreamInitializer extends ChannelInitializer<QuicStreamChannel> {
    @Override
    protected void initChannel(QuicStreamChannel stream) {
      Carrier carrier = stream.parent().attr(CARRIER).get();
      if (carrier == null) {
        stream.close();
      } else if (carrier.admit(stream)) {
        stream.pipeline().addLast(new IncomingStream(carrier));
      } else {
        carrier.onHostileInput("more streams than it may have");
        stream.close();
      }
    }
  }
}
