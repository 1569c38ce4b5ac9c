package dev.parley.forward;

import dev.parley.channels.Channels;
import dev.parley.channels.DatagramChannel;
import dev.parley.forward.ForwardStore.StoredForward;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads datagrams to a service of a peer: a channel per local sender, as a NAT has a mapping. Owned
 * by the event loop.
 */
final class DatagramForward extends SimpleChannelInboundHandler<DatagramPacket>
    implements LocalEnd {
  /** Local senders at a time; for one more, the one that has been silent longest goes. */
  static final int MAX_FLOWS = 256;

  /** A sender whose channel did not come about is not tried again with its next datagram. */
  private static final int REFUSED_MILLIS = 1_000;

  private static final Logger log = LoggerFactory.getLogger(DatagramForward.class);

  private final StoredForward forward;
  private final Surroundings surroundings;
  private final Tally tally;
  private final Map<InetSocketAddress, Sender> senders = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable Channel socket;
  private boolean closed;

  private DatagramForward(StoredForward forward, Surroundings surroundings, Tally tally) {
    this.forward = forward;
    this.surroundings = surroundings;
    this.tally = tally;
  }

  /** Listens; completes on the event loop. */
  static CompletableFuture<LocalEnd> bind(
      StoredForward forward, Surroundings surroundings, Tally tally) {
    DatagramForward made = new DatagramForward(forward, surroundings, tally);
    ForwardLoop loop = surroundings.loop();
    Endpoint.Udp local = (Endpoint.Udp) forward.local();
    return loop.resolve(local.host(), local.port())
        .thenCompose(address -> ForwardLoop.done(Sockets.datagram(loop.get(), made).bind(address)))
        .thenApply(
            socket -> {
              made.begin(socket);
              return made;
            });
  }

  private void begin(Channel bound) {
    socket = bound;
    long pause = Math.max(1, forward.idle().toMillis() / 4);
    ScheduledFuture<?> sweeps =
        bound.eventLoop().scheduleWithFixedDelay(this::sweep, pause, pause, TimeUnit.MILLISECONDS);
    bound.closeFuture().addListener(ended -> sweeps.cancel(false));
  }

  @Override
  public Endpoint bound() {
    Endpoint.Udp asked = (Endpoint.Udp) forward.local();
    return socket != null && socket.localAddress() instanceof InetSocketAddress address
        ? new Endpoint.Udp(asked.host(), address.getPort())
        : asked;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
    Sender sender = senders.get(packet.sender());
    if (sender == null) {
      if (closed) {
        tally.dropped();
        return;
      }
      makeRoom();
      sender = new Sender(packet.sender());
      senders.put(packet.sender(), sender);
      sender.open();
    }
    sender.flow.fromLocal(packet.content().retain());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Such as "port unreachable" of a local sender that has gone.
    log.debug("a datagram at {} failed: {}", forward.local(), cause.toString());
  }

  private void makeRoom() {
    if (senders.size() >= MAX_FLOWS) {
      // In the order of the last use.
      senders.values().iterator().next().flow.end();
    }
  }

  private void sweep() {
    long idle = forward.idle().toNanos();
    List.copyOf(senders.values()).stream()
        .filter(sender -> sender.flow.isIdle(idle))
        .forEach(sender -> sender.flow.end());
  }

  /** With all flows, or the address would stay taken for as long as one of them is used. */
  @Override
  public void close() {
    closed = true;
    List.copyOf(senders.values()).forEach(sender -> sender.flow.end());
    if (socket != null) {
      socket.close();
    }
  }

  /** A local sender and its flow. */
  private final class Sender implements DatagramFlow.Local {
    private final InetSocketAddress address;
    private final DatagramFlow flow =
        new DatagramFlow(surroundings.loop(), tally, surroundings.nanoTime(), this);

    Sender(InetSocketAddress address) {
      this.address = address;
    }

    void open() {
      surroundings
          .channels()
          .openDatagrams(forward.peer(), forward.service(), Channels.DEFAULT_TIMEOUT)
          .whenComplete(
              (channel, failure) -> surroundings.loop().execute(() -> onOpened(channel, failure)));
    }

    private void onOpened(@Nullable DatagramChannel channel, @Nullable Throwable failure) {
      if (channel != null) {
        flow.open(channel);
      } else {
        tally.failed(Problems.of(failure));
        surroundings.loop().get().schedule(flow::end, REFUSED_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    @Override
    public void send(List<ByteBuf> datagrams) {
      Channel to = socket;
      if (to == null) {
        datagrams.forEach(ByteBuf::release);
        return;
      }
      datagrams.forEach(datagram -> to.write(new DatagramPacket(datagram, address)));
      to.flush();
    }

    @Override
    public void onOver(DatagramFlow ended) {
      senders.remove(address, this);
    }
  }
}
