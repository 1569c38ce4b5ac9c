package dev.parley.forward;

import dev.parley.channels.Channels;
import dev.parley.channels.StreamChannel;
import dev.parley.forward.ForwardStore.StoredForward;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Leads TCP or Unix connections to a service of a peer. Owned by the event loop. */
final class StreamForward implements LocalEnd {
  /** Opening and open; past that, connections wait in the kernel's queue. */
  static final int MAX_CONNECTIONS = 1_024;

  /** The peer opens so many at a time; past that, the same. */
  static final int MAX_OPENING = 64;

  private final StoredForward forward;
  private final Surroundings surroundings;
  private final Tally tally;
  private @Nullable Channel listener;
  private int opening;
  private int connections;

  private StreamForward(StoredForward forward, Surroundings surroundings, Tally tally) {
    this.forward = forward;
    this.surroundings = surroundings;
    this.tally = tally;
  }

  /** Listens; completes on the event loop. */
  static CompletableFuture<LocalEnd> bind(
      StoredForward forward, Surroundings surroundings, Tally tally) {
    StreamForward made = new StreamForward(forward, surroundings, tally);
    ForwardLoop loop = surroundings.loop();
    CompletableFuture<Channel> bound;
    if (forward.local() instanceof Endpoint.Unix unix) {
      bound = UnixListener.bind(loop, unix.path(), made::onAccepted);
    } else {
      Endpoint.Tcp tcp = (Endpoint.Tcp) forward.local();
      bound =
          loop.resolve(tcp.host(), tcp.port())
              .thenCompose(
                  address ->
                      ForwardLoop.done(
                          Sockets.listener(loop.get(), false, made::onAccepted).bind(address)));
    }
    return bound.thenApply(
        listener -> {
          made.listener = listener;
          return made;
        });
  }

  @Override
  public Endpoint bound() {
    return listener != null
            && listener.localAddress() instanceof InetSocketAddress address
            && forward.local() instanceof Endpoint.Tcp tcp
        ? new Endpoint.Tcp(tcp.host(), address.getPort())
        : forward.local();
  }

  private void onAccepted(Channel socket) {
    opening++;
    connections++;
    regulate();
    CompletableFuture<StreamChannel> channel =
        surroundings.channels().open(forward.peer(), forward.service(), Channels.DEFAULT_TIMEOUT);
    socket
        .closeFuture()
        .addListener(
            closed -> {
              channel.cancel(false);
              connections--;
              regulate();
            });
    channel.whenComplete(
        (opened, failure) -> surroundings.loop().execute(() -> onOpened(socket, opened, failure)));
  }

  private void onOpened(
      Channel socket, @Nullable StreamChannel channel, @Nullable Throwable failure) {
    opening--;
    regulate();
    if (channel != null) {
      new StreamJoint(socket, channel, surroundings.loop(), tally, how -> {}).begin();
    } else if (!(failure instanceof CancellationException)) {
      tally.failed(Problems.of(failure));
      Sockets.reset(socket);
    }
  }

  private void regulate() {
    if (listener != null) {
      listener.config().setAutoRead(opening < MAX_OPENING && connections < MAX_CONNECTIONS);
    }
  }

  @Override
  public void close() {
    if (listener != null) {
      listener.close();
      if (forward.local() instanceof Endpoint.Unix unix) {
        UnixListener.remove(unix.path());
      }
    }
  }
}
