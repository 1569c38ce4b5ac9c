package dev.parley.forward;

import dev.parley.channels.Access;
import dev.parley.channels.ServiceName;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Services and forwards of a node. They are kept on disk, and stand again after each start.
 * Thread-safe; nothing here blocks. Implemented by parley alone.
 *
 * <p>A future that completes means that the change is on disk; otherwise it completes with {@link
 * ForwardException}. On threads of the node, where nothing may block.
 */
public interface Forwards {
  /** After so long without a datagram either way, a flow ends. */
  Duration DEFAULT_IDLE = Duration.ofSeconds(60);

  /**
   * Lets peers reach a local service. Streams for a target of TCP or a Unix socket, datagrams for
   * one of UDP. Whether anything answers there shows when a peer comes.
   */
  CompletableFuture<ExposedService> addService(ServiceName name, Endpoint target, Access access);

  /** Serves it no more. Connections that stand go on until they end. */
  CompletableFuture<ExposedService> removeService(ServiceName name);

  /**
   * Listens at a local address and leads whoever connects to a service of a peer. Whether the peer
   * can be reached shows when somebody does.
   *
   * @param local with port 0 for any free one, which is then kept
   * @param idle after which a flow of datagrams ends; from a second to a day
   */
  CompletableFuture<Forward> addForward(
      PeerId peer, ServiceName service, Endpoint local, Duration idle);

  /**
   * Listens no more. Connections that stand go on until they end; flows of datagrams end now.
   *
   * @param localOrId as {@link Forward#local} or {@link Forward#id} tell
   */
  CompletableFuture<Forward> removeForward(String localOrId);

  /** What there is at this moment. */
  ForwardsStatus status();

  /**
   * Opens a stream channel, and once the peer has accepted it a Unix socket that leads to it: so a
   * local program moves raw bytes. Completes exceptionally with {@link
   * dev.parley.channels.ChannelRefused} where the channel does not come about.
   *
   * @param timeout for the channel, the dial included
   */
  CompletableFuture<PipeSocket> openOnSocket(PeerId peer, ServiceName service, Duration timeout);
}
