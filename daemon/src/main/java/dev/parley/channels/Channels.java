package dev.parley.channels;

import com.google.common.collect.ImmutableList;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sockets between this node and its peers. Thread-safe; nothing here blocks. Implemented by parley
 * alone.
 *
 * <p>What completes later does so on the links' thread, where nothing may block. Programs that
 * rather block use {@link StreamChannel#blocking()} and {@code CompletableFuture.get}.
 */
public interface Channels {
  /** How long an opening may take when the caller does not say. */
  Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Serves a name until the returned handle is closed. Channels that stand are not ended by that.
   *
   * @param listener is told of each channel to it
   * @throws IllegalStateException with a sentence for the user, when the name is served already
   */
  Service listen(ServiceName name, Access access, ChannelListener listener);

  /** What is served now, in the order of names. */
  ImmutableList<ServiceName> services();

  /**
   * Opens a stream channel to a service at a peer, dialling the peer first where there is no link.
   * Completes when the peer has accepted it, or exceptionally with {@link ChannelRefused}.
   * Cancelling the future gives the opening up.
   *
   * @param timeout for all of it, the dial included
   */
  CompletableFuture<StreamChannel> open(PeerId peer, ServiceName service, Duration timeout);

  /** The same for a datagram channel. */
  CompletableFuture<DatagramChannel> openDatagrams(
      PeerId peer, ServiceName service, Duration timeout);

  /** A name that is served. */
  interface Service extends AutoCloseable {
    ServiceName name();

    @Override
    void close();
  }
}
