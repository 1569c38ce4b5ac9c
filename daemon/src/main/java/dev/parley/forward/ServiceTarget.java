package dev.parley.forward;

import dev.parley.channels.ChannelListener;
import dev.parley.channels.DatagramChannel;
import dev.parley.channels.StreamChannel;
import dev.parley.proto.id.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads the channels to a service to its target. Thread-safe; sockets are the event loop's. */
final class ServiceTarget implements ChannelListener {
  /** Of all peers together; how many one may have is bounded beneath. */
  static final int MAX_OPEN = 1_024;

  /** Of flows of datagrams, as RFC 4787 (REQ-5) recommends it to NATs. The caller's is shorter. */
  private static final Duration IDLE = Duration.ofMinutes(5);

  private static final Logger log = LoggerFactory.getLogger(ServiceTarget.class);

  private final Endpoint target;
  private final Surroundings surroundings;
  private final Tally tally;
  private final Duration idle;
  private final AtomicInteger open = new AtomicInteger();

  ServiceTarget(Endpoint target, Surroundings surroundings, Tally tally) {
    this(target, surroundings, tally, IDLE);
  }

  ServiceTarget(Endpoint target, Surroundings surroundings, Tally tally, Duration idle) {
    this.target = target;
    this.surroundings = surroundings;
    this.tally = tally;
    this.idle = idle;
  }

  @Override
  public void onStream(PeerId peer, Opening<StreamChannel> opening) {
    if (target instanceof Endpoint.Udp) {
      refuse(opening, "this service takes datagrams, not streams");
    } else if (hasRoom(opening)) {
      connect()
          .whenComplete(
              (socket, failure) ->
                  surroundings.loop().execute(() -> onConnected(opening, socket, failure)));
    }
  }

  @Override
  public void onDatagrams(PeerId peer, Opening<DatagramChannel> opening) {
    if (!(target instanceof Endpoint.Udp udp)) {
      refuse(opening, "this service takes streams, not datagrams");
    } else if (hasRoom(opening)) {
      UdpSocket flow = new UdpSocket();
      surroundings
          .loop()
          .resolve(udp.host(), udp.port())
          .thenCompose(
              address ->
                  ForwardLoop.done(
                      Sockets.datagram(surroundings.loop().get(), flow).connect(address)))
          .whenComplete(
              (socket, failure) ->
                  surroundings.loop().execute(() -> onConnected(opening, flow, socket, failure)));
    }
  }

  private boolean hasRoom(Opening<?> opening) {
    if (open.incrementAndGet() > MAX_OPEN) {
      open.decrementAndGet();
      refuse(opening, "this service has as many connections as it takes");
      return false;
    }
    return true;
  }

  private void refuse(Opening<?> opening, String why) {
    tally.failed(why);
    opening.refuse(why);
  }

  private CompletableFuture<Channel> connect() {
    CompletableFuture<? extends SocketAddress> address;
    if (target instanceof Endpoint.Tcp tcp) {
      address = surroundings.loop().resolve(tcp.host(), tcp.port());
    } else if (target instanceof Endpoint.Unix unix) {
      address = CompletableFuture.completedFuture(Sockets.unixAddress(unix.path()));
    } else {
      throw new IllegalStateException(target + " is no stream");
    }
    return address.thenCompose(
        found ->
            ForwardLoop.done(
                Sockets.stream(surroundings.loop().get(), target instanceof Endpoint.Unix)
                    .connect(found)));
  }

  private void onConnected(
      Opening<StreamChannel> opening, @Nullable Channel socket, @Nullable Throwable failure) {
    if (socket == null) {
      failed(opening, failure);
      return;
    }
    socket.closeFuture().addListener(closed -> open.decrementAndGet());
    new StreamJoint(socket, opening.accept(), surroundings.loop(), tally, how -> {}).begin();
  }

  private void onConnected(
      Opening<DatagramChannel> opening,
      UdpSocket flow,
      @Nullable Channel socket,
      @Nullable Throwable failure) {
    if (socket == null) {
      failed(opening, failure);
      return;
    }
    socket.closeFuture().addListener(closed -> open.decrementAndGet());
    flow.begin(socket, opening.accept());
  }

  /** The peer hears that nothing answers, and not where. */
  private void failed(Opening<?> opening, @Nullable Throwable failure) {
    open.decrementAndGet();
    boolean refused = failure != null && Problems.cause(failure) instanceof ConnectException;
    String why = refused ? "connection refused" : "it cannot be reached";
    tally.failed("nothing answers at " + target + ": " + Problems.of(failure));
    opening.refuse("nothing answers where this service leads: " + why);
  }

  /** One flow and its socket. */
  private final class UdpSocket extends SimpleChannelInboundHandler<DatagramPacket>
      implements DatagramFlow.Local {
    private final DatagramFlow flow =
        new DatagramFlow(surroundings.loop(), tally, surroundings.nanoTime(), this);
    private @Nullable Channel socket;
    private @Nullable ScheduledFuture<?> watch;

    void begin(Channel connected, DatagramChannel channel) {
      socket = connected;
      long pause = Math.max(1, idle.toMillis() / 4);
      watch =
          connected
              .eventLoop()
              .scheduleWithFixedDelay(this::check, pause, pause, TimeUnit.MILLISECONDS);
      flow.open(channel);
    }

    private void check() {
      if (flow.isIdle(idle.toNanos())) {
        flow.end();
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      flow.fromLocal(packet.content().retain());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // Such as "port unreachable" of a target that is not there at the moment.
      log.debug("a datagram to {} failed: {}", target, cause.toString());
    }

    @Override
    public void send(List<ByteBuf> datagrams) {
      Channel to = socket;
      if (to == null) {
        datagrams.forEach(ByteBuf::release);
        return;
      }
      datagrams.forEach(datagram -> to.write(datagram));
      to.flush();
    }

    @Override
    public void onOver(DatagramFlow ended) {
      if (watch != null) {
        watch.cancel(false);
      }
      if (socket != null) {
        socket.close();
      }
    }
  }
}
