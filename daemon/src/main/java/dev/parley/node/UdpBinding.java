package dev.parley.node;

import dev.parley.nat.port.UdpPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Binds the node's UDP port. Blocks; used once, at the start. */
final class UdpBinding {
  private UdpBinding() {}

  /**
   * @param lastPort tried first when the configuration leaves the port open; 0 when there is none
   */
  static Channel open(EventLoopGroup group, InetSocketAddress listen, int lastPort)
      throws NodeStartException {
    if (listen.getPort() == 0 && lastPort != 0) {
      ChannelFuture again = bind(group, new InetSocketAddress(listen.getAddress(), lastPort));
      if (again.isSuccess()) {
        return again.channel();
      }
    }
    ChannelFuture first = bind(group, listen);
    if (first.isSuccess()) {
      return first.channel();
    }
    boolean anyIpv6 =
        listen.getAddress() instanceof Inet6Address && listen.getAddress().isAnyLocalAddress();
    if (anyIpv6) {
      // A system without IPv6.
      ChannelFuture ipv4 = bind(group, new InetSocketAddress("0.0.0.0", listen.getPort()));
      if (ipv4.isSuccess()) {
        return ipv4.channel();
      }
    }
    throw new NodeStartException(
        "cannot listen on UDP " + AddressText.of(listen) + ": " + reason(first.cause()),
        "Choose another address with --listen HOST:PORT or `listen` in the configuration, or stop"
            + " the program that uses it.",
        first.cause());
  }

  /** Why a port cannot be bound, for people. */
  static String reason(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    return text.contains("Address already in use") ? "the port is taken" : text;
  }

  private static ChannelFuture bind(EventLoopGroup group, InetSocketAddress address) {
    // The node's pipeline is installed once everything above the port exists.
    return UdpPort.open(group, address, new ChannelInboundHandlerAdapter()).awaitUninterruptibly();
  }
}
