package dev.parley.control;

import dev.parley.proto.home.NodeHome;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A fake node behind a real control socket, and a client of it. */
final class ServedNode implements AutoCloseable {
  final FakeNode node = new FakeNode();
  final ManagedChannel channel;
  private final ControlServer server;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  ServedNode(Path directory) throws Exception {
    NodeHome home = NodeHome.in(directory);
    server =
        ControlServer.start(
            node,
            home,
            new ControlServer.Program("1.2.3", () -> {}),
            SocketTransport.ofThisPlatform());
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(home.socket()))
            .eventLoopGroup(loop)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .usePlaintext()
            .build();
    node.contacts.add("bob", "ticket 2");
  }

  @Override
  public void close() throws Exception {
    channel.shutdownNow();
    channel.awaitTermination(5, TimeUnit.SECONDS);
    server.close();
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }
}
