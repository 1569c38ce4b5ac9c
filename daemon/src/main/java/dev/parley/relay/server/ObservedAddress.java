package dev.parley.relay.server;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * The address a client comes from.
 *
 * <p>Behind a proxy of our own that is the last entry of X-Forwarded-For, which the proxy wrote;
 * all entries before it may be invented. From anyone else the header is not believed.
 */
final class ObservedAddress {
  private static final String FORWARDED_FOR = "X-Forwarded-For";

  private ObservedAddress() {}

  /** Port 0 when only the address is known; null when nothing is. */
  static @Nullable InetSocketAddress of(
      Channel channel, FullHttpRequest request, boolean behindProxy) {
    InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
    String forwarded = request.headers().get(FORWARDED_FOR);
    if (!behindProxy
        || remote == null
        || !remote.getAddress().isLoopbackAddress()
        || forwarded == null) {
      return remote;
    }
    byte[] ip =
        NetUtil.createByteArrayFromIpAddressString(
            forwarded.substring(forwarded.lastIndexOf(',') + 1).trim());
    if (ip == null) {
      return null;
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(ip), 0);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + ip.length + " bytes", e);
    }
  }
}
