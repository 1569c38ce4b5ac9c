package dev.parley.cli.client;

import dev.parley.control.v1.ContactsGrpc;
import dev.parley.control.v1.FilesGrpc;
import dev.parley.control.v1.ForwardsGrpc;
import dev.parley.control.v1.LinksGrpc;
import dev.parley.control.v1.MessagesGrpc;
import dev.parley.control.v1.NodeGrpc;
import dev.parley.control.v1.PairingGrpc;
import dev.parley.proto.home.NodeHome;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A connection to the daemon of a home. Thread-safe.
 *
 * <p>The JDK's own Unix sockets, for a native library would have to be unpacked at each start.
 */
public final class DaemonConnection implements AutoCloseable {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);

  /** Silent servers are given up after eight seconds, and filtered answers after three more. */
  private static final Duration MEASURED_WITHIN = Duration.ofSeconds(30);

  private static final Duration PAIRED_WITHIN = Duration.ofMinutes(2);

  private static final Duration SCANNED_WITHIN = Duration.ofMinutes(10);

  private final EventLoopGroup eventLoop;
  private final ManagedChannel channel;
  private final ControlErrors errors;

  private DaemonConnection(EventLoopGroup eventLoop, ManagedChannel channel, ControlErrors errors) {
    this.eventLoop = eventLoop;
    this.channel = channel;
    this.errors = errors;
  }

  /** A call of the control API. */
  public interface Call<T> {
    T make();
  }

  /**
   * Connects when the first call is made.
   *
   * @throws CommandFailure when there is no socket, and so no daemon
   */
  public static DaemonConnection open(NodeHome home) throws CommandFailure {
    if (!Files.exists(home.socket())) {
      throw ControlErrors.notRunning(home);
    }
    EventLoopGroup eventLoop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("parley-io", true), NioIoHandler.newFactory());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(home.socket()))
            .eventLoopGroup(eventLoop)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            // gRPC asks for it on any socket; a Unix socket has none, and Netty would warn.
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .overrideAuthority("parley")
            .directExecutor()
            .disableRetry()
            .usePlaintext()
            .build();
    return new DaemonConnection(eventLoop, channel, new ControlErrors(home));
  }

  /** Makes a call, and tells its error in words for the user. */
  public <T> T call(Call<T> call) throws CommandFailure {
    try {
      return call.make();
    } catch (StatusRuntimeException e) {
      throw errors.of(e);
    }
  }

  ControlErrors errors() {
    return errors;
  }

  /** Reads what a streaming call answers. */
  public <T> StreamReader<T> reader() {
    return new StreamReader<>(errors);
  }

  public NodeGrpc.NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Without a deadline, for watching. */
  public NodeGrpc.NodeBlockingStub nodeForever() {
    return NodeGrpc.newBlockingStub(channel);
  }

  /** For answers that are read one by one. */
  public NodeGrpc.NodeStub nodeStreaming() {
    return NodeGrpc.newStub(channel);
  }

  public ContactsGrpc.ContactsBlockingStub contacts() {
    return ContactsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For calls that are answered at once. */
  public MessagesGrpc.MessagesBlockingStub messagesNow() {
    return MessagesGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  public MessagesGrpc.MessagesStub messages() {
    return MessagesGrpc.newStub(channel);
  }

  /** For calls that are answered at once. */
  public FilesGrpc.FilesBlockingStub filesNow() {
    return FilesGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A directory of a million files is looked through first. */
  public FilesGrpc.FilesBlockingStub filesScanning() {
    return FilesGrpc.newBlockingStub(channel)
        .withDeadlineAfter(SCANNED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  public FilesGrpc.FilesStub files() {
    return FilesGrpc.newStub(channel);
  }

  public LinksGrpc.LinksStub links() {
    return LinksGrpc.newStub(channel);
  }

  public LinksGrpc.LinksBlockingStub linksNow() {
    return LinksGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For a measurement, which takes its time. */
  public LinksGrpc.LinksBlockingStub linksMeasuring() {
    return LinksGrpc.newBlockingStub(channel)
        .withDeadlineAfter(MEASURED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  public PairingGrpc.PairingStub pairing() {
    return PairingGrpc.newStub(channel);
  }

  /** A pairing ends within a minute and a quarter of a minute per relay that does not answer. */
  public PairingGrpc.PairingBlockingStub pairingNow() {
    return PairingGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PAIRED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  public ForwardsGrpc.ForwardsBlockingStub forwards() {
    return forwards(Duration.ZERO);
  }

  /** For a call that has so much time of its own. */
  public ForwardsGrpc.ForwardsBlockingStub forwards(Duration more) {
    return ForwardsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_WITHIN.plus(more).toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For an answer that comes some time. */
  ForwardsGrpc.ForwardsStub forwardsLater() {
    return ForwardsGrpc.newStub(channel);
  }

  /**
   * Waits for the event loop to end: a thread that sits in the kernel when the JVM exits costs 300
   * ms.
   */
  @Override
  public void close() {
    channel.shutdownNow();
    eventLoop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly(500);
  }
}
