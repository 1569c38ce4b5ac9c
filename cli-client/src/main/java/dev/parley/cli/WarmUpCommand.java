package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.GetIdentityRequest;
import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.Identity;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.MessagesGrpc;
import dev.parley.control.v1.NodeGrpc;
import dev.parley.control.v1.NodeStatus;
import dev.parley.control.v1.PeerStatus;
import dev.parley.control.v1.ReceiveRequest;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.RelayStatus;
import dev.parley.control.v1.SendRequest;
import dev.parley.proto.home.NodeHome;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * Runs the usual commands against a daemon of straw, so that the launcher learns which classes they
 * load: it makes its class-data archive from them.
 */
@CommandLine.Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Command {
  private final Session session;

  WarmUpCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Path directory = Files.createTempDirectory("parley-warm-up");
      NodeHome home = NodeHome.in(directory);
      Files.createDirectories(home.runtime());
      Server server =
          NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(home.socket()))
              .bossEventLoopGroup(eventLoop)
              .workerEventLoopGroup(eventLoop)
              .channelType(NioServerDomainSocketChannel.class)
              .withChildOption(ChannelOption.SO_KEEPALIVE, null)
              .directExecutor()
              .addService(new StrawNode())
              .addService(new StrawMessages())
              .build()
              .start();
      try {
        runAll(directory);
      } finally {
        server.shutdownNow();
        Files.deleteIfExists(home.socket());
        Files.delete(home.runtime());
        Files.delete(directory);
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw CommandFailure.of("cannot warm up: " + e.getMessage(), "");
    } finally {
      eventLoop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly(500);
    }
  }

  private static void runAll(Path home) {
    for (boolean terminal : new boolean[] {false, true}) {
      Session quiet =
          new Session(
              Map.of("PARLEY_HOME", home.toString()),
              new Session.Terminal(terminal, 80),
              InputStream.nullInputStream(),
              new PrintStream(OutputStream.nullOutputStream()),
              new PrintStream(OutputStream.nullOutputStream()));
      for (String json : new String[] {"--json", "status"}) {
        Parley.run(quiet, json, json.equals("status") ? "--json" : "status");
      }
      Parley.run(quiet, "status");
      Parley.run(quiet, "id");
      Parley.run(quiet, "send", "straw", "hi", "--wait", "delivered", "--json");
      Parley.run(quiet, "recv", "--json");
      Parley.run(quiet, "recv");
      Parley.run(quiet, "contact", "ls");
      Parley.run(quiet, "ping", "straw", "--timeout", "1s");
      Parley.run(quiet, "--version");
    }
  }

  private static final class StrawNode extends NodeGrpc.NodeImplBase {
    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<NodeStatus> observer) {
      observer.onNext(
          NodeStatus.newBuilder()
              .setPeerId("straw")
              .addAddresses("127.0.0.1:1")
              .addRelays(RelayStatus.newBuilder().setUrl("127.0.0.1:2#straw").setRttMicros(1))
              .addPeers(PeerStatus.newBuilder().setPeerId("straw").setName("straw"))
              .putDropped("straw", 1)
              .build());
      observer.onCompleted();
    }

    @Override
    public void getIdentity(GetIdentityRequest request, StreamObserver<Identity> observer) {
      observer.onNext(Identity.newBuilder().setPeerId("straw").setTicket("straw").build());
      observer.onCompleted();
    }
  }

  private static final class StrawMessages extends MessagesGrpc.MessagesImplBase {
    @Override
    public void send(SendRequest request, StreamObserver<MessageStatus> observer) {
      observer.onNext(
          MessageStatus.newBuilder()
              .setMessageId("straw")
              .setState(MessageState.MESSAGE_STATE_DELIVERED)
              .build());
      observer.onCompleted();
    }

    @Override
    public StreamObserver<ReceiveRequest> receive(StreamObserver<ReceivedMessage> observer) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ReceiveRequest request) {
          if (request.hasSubscribe()) {
            observer.onNext(
                ReceivedMessage.newBuilder()
                    .setPosition(1)
                    .setMessageId("straw")
                    .setPeerId("straw")
                    .setContentType("text/plain")
                    .setCaughtUp(true)
                    .build());
          }
        }

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {
          observer.onCompleted();
        }
      };
    }
  }
}
