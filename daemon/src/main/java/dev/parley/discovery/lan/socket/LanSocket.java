package dev.parley.discovery.lan.socket;

import com.google.common.net.InetAddresses;
import dev.parley.discovery.lan.LanPresence;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One family on one interface. Owned by {@link LanThread}. */
final class LanSocket {
  private static final Logger log = LoggerFactory.getLogger(LanSocket.class);

  /** RFC 6762 §3. */
  private static final InetAddress GROUP = InetAddresses.forString("224.0.0.251");

  private static final InetAddress GROUP6 = InetAddresses.forString("ff02::fb");

  /** RFC 6762 §11: responses SHOULD be sent so; no router lets them pass either way. */
  private static final int HOPS = 255;

  private final String interfaceName;
  private final DatagramChannel channel;
  private final InetSocketAddress group;
  private boolean failing;

  private LanSocket(String interfaceName, DatagramChannel channel, InetSocketAddress group) {
    this.interfaceName = interfaceName;
    this.channel = channel;
    this.group = group;
  }

  /** Joins the group of this family there, and is read through this selector from then on. */
  static LanSocket open(NetworkInterface at, ProtocolFamily family, Selector selector)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open(family);
    try {
      // Beside Avahi, mDNSResponder and other nodes on this machine: all hear what is multicast.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, at);
      channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, HOPS);
      channel.configureBlocking(false);
      boolean six = family == StandardProtocolFamily.INET6;
      channel.bind(
          new InetSocketAddress(InetAddresses.forString(six ? "::" : "0.0.0.0"), LanPresence.PORT));
      InetAddress group = six ? GROUP6 : GROUP;
      channel.join(group, at);
      LanSocket socket =
          new LanSocket(at.getName(), channel, new InetSocketAddress(group, LanPresence.PORT));
      channel.register(selector, SelectionKey.OP_READ, socket);
      return socket;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  String interfaceName() {
    return interfaceName;
  }

  DatagramChannel channel() {
    return channel;
  }

  /** A socket of IPv6 may hear IPv4 as well, which the other socket of the interface hears. */
  boolean isOfFamily(InetAddress from) {
    return from.getClass() == group.getAddress().getClass();
  }

  void send(byte[] datagram) {
    try {
      channel.send(ByteBuffer.wrap(datagram), group);
      failing = false;
    } catch (IOException e) {
      // An address that is still being checked for duplicates, a cable that was pulled: told again.
      if (!failing) {
        log.debug("cannot multicast on {}: {}", interfaceName, e.toString());
      }
      failing = true;
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("closing a socket on {}: {}", interfaceName, e.toString());
    }
  }
}
