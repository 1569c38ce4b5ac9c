package dev.parley.control;

import dev.parley.home.HomeException;
import dev.parley.home.RuntimeDirectory;
import dev.parley.node.Node;
import dev.parley.proto.home.NodeHome;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Serves a node to the programs of this user, by gRPC over the Unix socket of its home.
 * Thread-safe.
 *
 * <p>Start it last, when the node can serve, and close it first.
 */
public final class ControlServer implements AutoCloseable {
  /** A message of 64 KiB, its envelope, and room for what later versions add. */
  static final int MAX_REQUEST_BYTES = 128 * 1024;

  /** Of one connection, and of all together. */
  static final int MAX_CALLS_PER_CONNECTION = 64;

  static final int MAX_CALLS = 512;

  private static final int CALL_THREADS = 4;
  private static final int GRACE_MILLIS = 500;

  /**
   * gRPC reports each connection that misbehaves. At a socket that any program of the user can
   * write into that is noise; the counters tell of it. Held here, for java.util.logging forgets the
   * settings of loggers that nobody holds.
   */
  private static final Logger GRPC_TRANSPORT = Logger.getLogger("io.grpc.netty");

  private final Server server;
  private final EventLoopGroup eventLoop;
  private final ExecutorService calls;
  private final Path socket;

  private ControlServer(
      Server server, EventLoopGroup eventLoop, ExecutorService calls, Path socket) {
    this.server = server;
    this.eventLoop = eventLoop;
    this.calls = calls;
    this.socket = socket;
  }

  /**
   * What the server tells of, and does to, the program around it.
   *
   * @param shutdown ends the program; called on a thread of its own when a client asks for it
   */
  public record Program(String version, Runnable shutdown) {}

  /**
   * Binds the socket in the home of the node and serves. The node holds the lock of its home, so a
   * socket file that is found there is nobody's.
   *
   * @throws ControlException with a sentence for the user
   */
  public static ControlServer start(Node node, NodeHome home, Program program)
      throws ControlException {
    return start(node, home, program, SocketTransport.ofThisPlatform());
  }

  static ControlServer start(Node node, NodeHome home, Program program, SocketTransport transport)
      throws ControlException {
    RuntimeDirectory directory = directory(home);
    GRPC_TRANSPORT.setLevel(Level.OFF);
    Path socket = home.socket();
    EventLoopGroup eventLoop = transport.newEventLoop();
    ExecutorService calls = callThreads();
    Drops drops = new Drops();
    try {
      Files.deleteIfExists(socket);
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(transport.address(socket))
              .bossEventLoopGroup(eventLoop)
              .workerEventLoopGroup(eventLoop)
              .channelFactory(() -> gated(transport, directory, drops))
              // gRPC asks for it on any socket; a Unix socket has none, and Netty would warn.
              .withChildOption(ChannelOption.SO_KEEPALIVE, null)
              .executor(calls)
              .maxInboundMessageSize(MAX_REQUEST_BYTES)
              .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
              .intercept(new CallLimit(MAX_CALLS, drops));
      addServices(builder, node, program, drops);
      return new ControlServer(builder.build().start(), eventLoop, calls, socket);
    } catch (IOException e) {
      stop(eventLoop, calls);
      throw new ControlException(
          "cannot serve at " + socket + ": " + RuntimeDirectory.reason(e),
          "look at the directory " + socket.getParent() + ", or let PARLEY_HOME name another place",
          e);
    }
  }

  private static RuntimeDirectory directory(NodeHome home) throws ControlException {
    try {
      return RuntimeDirectory.prepare(home);
    } catch (HomeException e) {
      throw new ControlException(String.valueOf(e.getMessage()), e.hint(), e);
    }
  }

  private static ServerChannel gated(
      SocketTransport transport, RuntimeDirectory directory, Drops drops) {
    ServerChannel channel = transport.serverChannels().newChannel();
    ((Channel) channel).pipeline().addLast(new ConnectionGate(transport, directory, drops));
    return channel;
  }

  private static void addServices(
      NettyServerBuilder builder, Node node, Program program, Drops drops) {
    Peers peers = new Peers(node.id(), node.contacts());
    StatusMessages statusMessages = new StatusMessages(program.version(), drops, node.contacts());
    builder
        .addService(new NodeService(node, statusMessages, program.shutdown()))
        .addService(new ContactsService(node.contacts(), peers))
        .addService(new MessagesService(node.messages(), node.contacts(), peers))
        .addService(new LinksService(node, peers))
        .addService(new ChannelsService(node, peers))
        .addService(new ForwardsService(node.forwards(), node.contacts(), peers))
        .addService(new FilesService(node.files(), node.contacts(), peers))
        .addService(new PairingService(node.pairings()))
        .addService(ProtoReflectionServiceV1.newInstance());
  }

  /** The queue needs no bound of its own: {@link #MAX_CALLS} bounds what can be in it. */
  private static ExecutorService callThreads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            CALL_THREADS,
            CALL_THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "parley-control");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Takes no more calls, gives those that run a moment, then ends them. */
  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    stop(eventLoop, calls);
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      // The next daemon on this home removes it.
      org.slf4j.LoggerFactory.getLogger(ControlServer.class).debug("cannot remove {}", socket, e);
    }
  }

  private static void stop(EventLoopGroup eventLoop, ExecutorService calls) {
    eventLoop.shutdownGracefully(0, GRACE_MILLIS, TimeUnit.MILLISECONDS);
    calls.shutdown();
  }
}
