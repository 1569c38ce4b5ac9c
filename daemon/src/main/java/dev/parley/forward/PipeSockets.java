package dev.parley.forward;

import dev.parley.channels.ServiceName;
import dev.parley.channels.StreamChannel;
import dev.parley.link.StreamEnd;
import dev.parley.proto.id.PeerId;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Unix sockets for one connection each, which lead to a channel. Thread-safe. */
final class PipeSockets {

  /** Of all local programs together. */
  static final int MAX_OPEN = 256;

  /** Not longer than "control.sock", whose path is known to fit. */
  private static final String STALE = "p-*.s";

  private static final Logger log = LoggerFactory.getLogger(PipeSockets.class);

  private final Surroundings surroundings;
  private final Path directory;
  private final Duration patience;
  private final RandomGenerator random;
  private final AtomicInteger open = new AtomicInteger();
  private final Tally tally = new Tally();

  /** Those that wait for their program. */
  private final Set<Offer> offers = ConcurrentHashMap.newKeySet();

  /**
   * @param directory which nobody else may enter
   * @param patience how long a program may take to connect
   */
  PipeSockets(
      Surroundings surroundings, Path directory, Duration patience, RandomGenerator random) {
    this.surroundings = surroundings;
    this.directory = directory;
    this.patience = patience;
    this.random = random;
  }

  /** Removes what a daemon that was killed has left. Blocks. */
  void clear() {
    try (DirectoryStream<Path> stale = Files.newDirectoryStream(directory, STALE)) {
      stale.forEach(UnixListener::remove);
    } catch (IOException e) {
      log.debug("nothing to clear in {}: {}", directory, e.toString());
    }
  }

  CompletableFuture<PipeSocket> open(PeerId peer, ServiceName service, Duration timeout) {
    if (open.incrementAndGet() > MAX_OPEN) {
      open.decrementAndGet();
      return CompletableFuture.failedFuture(
          new ForwardException(
              ForwardException.Reason.TOO_MANY,
              "there are " + MAX_OPEN + " pipes already",
              "end some, or let programs connect to a forward"));
    }
    CompletableFuture<StreamChannel> channel = surroundings.channels().open(peer, service, timeout);
    CompletableFuture<PipeSocket> result = channel.thenCompose(this::offer);
    result.whenComplete(
        (socket, failure) -> {
          if (socket == null) {
            open.decrementAndGet();
            channel.cancel(false);
          } else {
            socket.ended().whenComplete((end, none) -> open.decrementAndGet());
          }
        });
    return result;
  }

  private CompletableFuture<PipeSocket> offer(StreamChannel channel) {
    Path path = directory.resolve(name());
    try {
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(path));
      Offer offer = new Offer(channel, path, listener);
      offers.add(offer);
      Thread thread = new Thread(offer::serve, "parley-pipe-in");
      thread.setDaemon(true);
      thread.start();
      surroundings.loop().get().schedule(offer::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
      return CompletableFuture.completedFuture(new PipeSocket(path, offer.ended));
    } catch (IOException e) {
      channel.reset(0);
      return CompletableFuture.failedFuture(
          new IllegalStateException("cannot listen at " + path + ": " + Problems.of(e), e));
    }
  }

  /**
   * The node ends: nobody waits for a program any more. Pipes that stand end with their channels.
   */
  void close() {
    offers.forEach(Offer::giveUp);
  }

  private String name() {
    return String.format("p-%06x.s", random.nextInt(1 << 24));
  }

  /** One socket that waits for its connection, with a thread of its own. */
  private final class Offer {
    private final StreamChannel channel;
    private final Path path;
    private final ServerSocketChannel listener;
    private final CompletableFuture<StreamEnd> ended = new CompletableFuture<>();
    private final AtomicBoolean taken = new AtomicBoolean();

    Offer(StreamChannel channel, Path path, ServerSocketChannel listener) {
      this.channel = channel;
      this.path = path;
      this.listener = listener;
    }

    void serve() {
      try (SocketChannel socket = listener.accept()) {
        if (taken.compareAndSet(false, true)) {
          closeListener();
          new PipeJoint(socket, channel, tally, ended).run();
        }
      } catch (IOException e) {
        // Closed, since nobody came.
        giveUp();
      }
    }

    void giveUp() {
      if (taken.compareAndSet(false, true)) {
        channel.reset(0);
        ended.complete(new StreamEnd.Lost("no program connected to its socket within " + patience));
        closeListener();
      }
    }

    private void closeListener() {
      offers.remove(this);
      try {
        listener.close();
      } catch (IOException e) {
        log.debug("{} cannot be closed", path, e);
      }
      UnixListener.remove(path);
    }
  }
}
