package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.home.RuntimeDirectory;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionGateTest {
  @TempDir Path directory;

  static List<SocketTransport> transports() {
    return List.of(SocketTransport.ofThisPlatform(), new SocketTransport.WithNio());
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aConnectionOfAnotherUserIsClosedAndCounted(SocketTransport transport) throws Exception {
    Path socket = directory.resolve("s");
    int uid = (Integer) Files.getAttribute(directory, "unix:uid");
    RuntimeDirectory foreign =
        new RuntimeDirectory(directory, () -> "nobody", OptionalInt.of(uid + 1));
    Drops drops = new Drops();
    EventLoopGroup loop = transport.newEventLoop();
    try {
      Channel server =
          new ServerBootstrap()
              .group(loop)
              .channelFactory(transport.serverChannels())
              .handler(new ConnectionGate(transport, foreign, drops))
              .childHandler(new ChannelInboundHandlerAdapter())
              .bind(transport.address(socket))
              .sync()
              .channel();
      try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        client.connect(UnixDomainSocketAddress.of(socket));
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
      assertThat(drops.snapshot()).containsEntry("controlForeignUser", 1L);
      server.close().sync();
    } finally {
      loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }
}
