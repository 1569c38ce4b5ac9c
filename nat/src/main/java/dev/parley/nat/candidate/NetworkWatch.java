package dev.parley.nat.candidate;

import com.google.common.collect.ImmutableSet;
import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that this machine is on another network: that its addresses are others, or that its
 * default route leads through another interface though they are the same. Owned by who looks.
 *
 * <p>To be asked often: a look takes a fraction of a millisecond, and sends nothing. Containers and
 * virtual machines that come and go change nothing for peers, and are overlooked.
 */
public final class NetworkWatch {
  private static final Logger log = LoggerFactory.getLogger(NetworkWatch.class);

  /**
   * Somewhere behind the default route: addresses that RFC 5737 and RFC 3849 keep for examples. A
   * UDP socket that is connected there has the source address of the route; nothing is sent.
   */
  private static final InetAddress FAR = InetAddresses.forString("192.0.2.1");

  private static final InetAddress FAR6 = InetAddresses.forString("2001:db8::1");
  private static final int PORT = 9;

  /**
   * What a machine's network looks like.
   *
   * @param ways the addresses from which its default routes send, at most one of each family
   */
  public record Network(
      ImmutableSet<HostCandidates.Local> interfaces, ImmutableSet<InetAddress> ways) {
    /** Whether a socket that is bound there can send and be reached. */
    public boolean has(InetAddress bound) {
      return bound.isAnyLocalAddress()
          || bound.isLoopbackAddress()
          || interfaces.stream().anyMatch(local -> local.address().equals(bound));
    }

    /** What peers can notice. */
    private ImmutableSet<InetAddress> addresses() {
      return interfaces.stream()
          .filter(HostCandidates::isUsable)
          .map(HostCandidates.Local::address)
          .collect(ImmutableSet.toImmutableSet());
    }
  }

  /**
   * @param what for the log
   */
  public record Change(Network network, String what) {}

  /** Where one looks. */
  @FunctionalInterface
  public interface View {
    Network look() throws SocketException;
  }

  private final View view;
  private @Nullable Network last;

  public NetworkWatch(View view) {
    this.view = view;
  }

  /** What has changed since the last look; the first look finds everything new. */
  public Optional<Change> look() {
    Network now;
    try {
      now = view.look();
    } catch (SocketException e) {
      log.warn("the network interfaces cannot be listed: {}", e.toString());
      return Optional.empty();
    }
    Network before = last;
    last = now;
    if (before == null) {
      return Optional.of(new Change(now, "addresses " + words(now.addresses())));
    }
    if (!before.addresses().equals(now.addresses())) {
      String what = "addresses " + words(before.addresses()) + " → " + words(now.addresses());
      return Optional.of(new Change(now, what));
    }
    if (!before.ways().equals(now.ways())) {
      String what = "the default route from " + words(before.ways()) + " → " + words(now.ways());
      return Optional.of(new Change(now, what));
    }
    return Optional.empty();
  }

  private static String words(ImmutableSet<InetAddress> addresses) {
    return addresses.stream()
        .map(InetAddress::getHostAddress)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** This machine's network. */
  public static Network system() throws SocketException {
    ImmutableSet.Builder<InetAddress> ways = ImmutableSet.builder();
    way(StandardProtocolFamily.INET, FAR).ifPresent(ways::add);
    way(StandardProtocolFamily.INET6, FAR6).ifPresent(ways::add);
    return new Network(ImmutableSet.copyOf(HostCandidates.interfaces()), ways.build());
  }

  private static Optional<InetAddress> way(ProtocolFamily family, InetAddress far) {
    try (DatagramChannel socket = DatagramChannel.open(family)) {
      socket.connect(new InetSocketAddress(far, PORT));
      return Optional.of(((InetSocketAddress) socket.getLocalAddress()).getAddress());
    } catch (IOException | UnsupportedOperationException e) {
      // There is no such route, or no such family: an answer too.
      return Optional.empty();
    }
  }
}
