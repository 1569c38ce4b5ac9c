package dev.parley.control;

import dev.parley.home.RuntimeDirectory;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in the listening channel's pipeline, before gRPC: lets in the owner's programs, and not
 * too many of them at a time. Owner: the control event loop.
 */
final class ConnectionGate extends ChannelInboundHandlerAdapter {
  /** An app holds one connection; a shell script one per command. */
  static final int MAX_CONNECTIONS = 128;

  private static final Logger log = LoggerFactory.getLogger(ConnectionGate.class);

  private final SocketTransport transport;
  private final RuntimeDirectory directory;
  private final Drops drops;
  private int open;

  ConnectionGate(SocketTransport transport, RuntimeDirectory directory, Drops drops) {
    this.transport = transport;
    this.directory = directory;
    this.drops = drops;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel connection = (Channel) message;
    if (open >= MAX_CONNECTIONS) {
      drops.tooManyConnections.increment();
      connection.unsafe().closeForcibly();
      return;
    }
    if (!isOwner(connection)) {
      drops.foreignUser.increment();
      connection.unsafe().closeForcibly();
      return;
    }
    open++;
    connection.closeFuture().addListener(closed -> open--);
    connection.pipeline().addFirst(new PrefaceGate(drops));
    context.fireChannelRead(connection);
  }

  private boolean isOwner(Channel connection) {
    try {
      return transport.isOwner(connection, directory);
    } catch (IOException e) {
      // Already gone, most likely; without its name it stays outside.
      log.debug("cannot tell who connected to the control socket", e);
      return false;
    }
  }
}
