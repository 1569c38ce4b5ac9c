package dev.parley.discovery.lan.socket;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.parley.discovery.lan.LanInterface;
import dev.parley.discovery.lan.LanPresence;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of the LAN: owns the sockets and the {@link LanPresence}. Looks every second whether
 * interfaces have come or gone. No socket is open while there is nobody to find.
 */
public final class LanThread implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LanThread.class);

  /** Datagrams that are read before what is due is sent. */
  private static final int MAX_READS = 64;

  /** RFC 6762 §17; a byte more tells those that are larger. */
  private static final int BUFFER_BYTES = 9_001;

  private static final long INTERFACES_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int CLOSE_MILLIS = 500;

  /** Which interfaces there are to be present on. */
  @FunctionalInterface
  public interface View {
    ImmutableList<LanInterface> look() throws SocketException;
  }

  /** A socket: where, and of which family. It sends from one of these addresses. */
  private record Place(
      String interfaceName, int index, ProtocolFamily family, ImmutableSet<InetAddress> from) {}

  private final LanPresence presence;
  private final View view;
  private final LongSupplier nanoTime;
  private final long began;
  private final Selector selector;
  private final Thread thread = new Thread(this::run, "parley-lan");
  private final Map<Place, LanSocket> sockets = new HashMap<>();
  private final Set<Place> refused = new HashSet<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long interfacesAt;
  private volatile boolean closed;

  private LanThread(LanPresence presence, View view, LongSupplier nanoTime, Selector selector) {
    this.presence = presence;
    this.view = view;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
    this.selector = selector;
  }

  public static LanThread start(LanPresence presence, View view, LongSupplier nanoTime)
      throws IOException {
    LanThread lan = new LanThread(presence, view, nanoTime, Selector.open());
    lan.thread.setDaemon(true);
    lan.thread.start();
    return lan;
  }

  private void run() {
    try {
      while (!closed) {
        turn();
      }
      presence.leave(now()).forEach(this::send);
    } catch (IOException | RuntimeException e) {
      log.error("contacts on the same network are found no longer", e);
    } finally {
      sockets.values().forEach(LanSocket::close);
      try {
        selector.close();
      } catch (IOException e) {
        log.debug("closing the selector: {}", e.toString());
      }
    }
  }

  private void turn() throws IOException {
    long now = now();
    boolean wantedBefore = presence.isWanted();
    presence.look(now);
    if (now - interfacesAt >= 0 || presence.isWanted() != wantedBefore) {
      interfacesAt = now + INTERFACES_EVERY_NANOS;
      lookAtInterfaces(now);
    }
    presence.due(now).forEach(this::send);
    selector.select(
        this::read, Math.max(1, TimeUnit.NANOSECONDS.toMillis(presence.idleNanos(now))));
  }

  private void lookAtInterfaces(long now) {
    try {
      ImmutableList<LanInterface> all = presence.isWanted() ? view.look() : ImmutableList.of();
      presence.onInterfaces(all, now);
      ImmutableSet<String> present = presence.interfaces();
      Set<Place> wanted = new HashSet<>();
      for (LanInterface at : all) {
        if (present.contains(at.name())) {
          addPlaces(at, wanted);
        }
      }
      sockets.forEach(
          (place, socket) -> {
            if (!wanted.contains(place)) {
              socket.close();
            }
          });
      sockets.keySet().retainAll(wanted);
      refused.retainAll(wanted);
      wanted.stream().filter(place -> !sockets.containsKey(place)).forEach(this::open);
    } catch (SocketException e) {
      log.debug("the interfaces cannot be listed: {}", e.toString());
    }
  }

  private static void addPlaces(LanInterface at, Set<Place> places) {
    ImmutableSet.Builder<InetAddress> four = ImmutableSet.builder();
    ImmutableSet.Builder<InetAddress> six = ImmutableSet.builder();
    for (LanInterface.Prefix prefix : at.prefixes()) {
      (prefix.address() instanceof Inet6Address ? six : four).add(prefix.address());
    }
    add(new Place(at.name(), at.index(), StandardProtocolFamily.INET, four.build()), places);
    add(new Place(at.name(), at.index(), StandardProtocolFamily.INET6, six.build()), places);
  }

  private static void add(Place place, Set<Place> places) {
    if (!place.from().isEmpty()) {
      places.add(place);
    }
  }

  private void open(Place place) {
    try {
      NetworkInterface at = NetworkInterface.getByName(place.interfaceName());
      if (at != null) {
        sockets.put(place, LanSocket.open(at, place.family(), selector));
        refused.remove(place);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Tried again with each look; said once.
      if (refused.add(place)) {
        log.info(
            "contacts are not looked for on {} by {}: {}",
            place.interfaceName(),
            place.family(),
            e.toString());
      }
    }
  }

  private void send(LanPresence.Outgoing outgoing) {
    for (LanSocket socket : sockets.values()) {
      if (socket.interfaceName().equals(outgoing.interfaceName())) {
        socket.send(outgoing.datagram());
      }
    }
  }

  private void read(SelectionKey key) {
    LanSocket socket = (LanSocket) key.attachment();
    try {
      for (int i = 0; i < MAX_READS; i++) {
        buffer.clear();
        if (!(socket.channel().receive(buffer) instanceof InetSocketAddress from)) {
          return;
        }
        buffer.flip();
        byte[] datagram = new byte[buffer.remaining()];
        buffer.get(datagram);
        if (socket.isOfFamily(from.getAddress())) {
          presence.onDatagram(socket.interfaceName(), datagram, from, now());
        }
      }
    } catch (IOException e) {
      // Opened anew with the next look, if the interface is still there.
      log.debug("a socket on {} is closed: {}", socket.interfaceName(), e.toString());
      socket.close();
      sockets.values().removeIf(socket::equals);
    }
  }

  private long now() {
    return nanoTime.getAsLong() - began;
  }

  /** Takes back what was said, and ends. Blocks for a moment. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
