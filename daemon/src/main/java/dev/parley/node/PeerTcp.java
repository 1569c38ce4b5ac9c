package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.parley.nat.PeerKey;
import dev.parley.nat.TcpCarrier;
import dev.parley.nat.path.PathSwitch;
import dev.parley.nat.path.PathTransport;
import dev.parley.nat.tcp.DialListener;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When one peer is dialled over TCP, while there is a link with it: when UDP has had its chance,
 * and then with growing pauses. Both sides do the same; whoever gets through serves both. Owned by
 * the event loop.
 */
final class PeerTcp {
  /** UDP's head start, and the time that a direct path has to come back by itself. */
  static final long PATIENCE_MILLIS = 2_000;

  /** Between two beginnings, whatever the peer tells. */
  static final long MIN_GAP_MILLIS = 1_000;

  /** Doubled after each round while the link stays relayed. */
  static final long FIRST_PAUSE_MILLIS = 5_000;

  static final long LONGEST_PAUSE_MILLIS = 300_000;

  /** Addresses of the peer to which connects are under way at a time. */
  static final int MAX_AT_ONCE = 3;

  /** When both sides have got through, one connection is closed after this time. */
  static final long SURPLUS_MILLIS = 10_000;

  /** When UDP is direct for this long, no connection is kept beside it. */
  static final long UNUSED_MILLIS = 60_000;

  private static final Logger log = LoggerFactory.getLogger(PeerTcp.class);

  /** Which paths there are to the peer. */
  interface Paths {
    boolean isDirectBy(PathTransport transport);

    /** The oldest first. */
    List<TcpCarrier> connections();

    @Nullable TcpCarrier inUse();

    static Paths of(PathSwitch paths, PeerKey peer) {
      return new Paths() {
        @Override
        public boolean isDirectBy(PathTransport transport) {
          return paths.isDirectBy(peer, transport);
        }

        @Override
        public List<TcpCarrier> connections() {
          return paths.tcp().connections(peer);
        }

        @Override
        public @Nullable TcpCarrier inUse() {
          return paths.tcp().inUse(peer);
        }
      };
    }
  }

  /** Connects to the peer; false when that cannot be begun now. */
  interface Dialler {
    boolean dial(InetSocketAddress address, DialListener listener);
  }

  private final boolean tidies;
  private final Paths paths;
  private final Dialler dialler;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final Since relayed;
  private final Since udp;
  private final Since surplus;
  private final Deque<InetSocketAddress> waiting = new ArrayDeque<>();
  private final Map<InetSocketAddress, String> ended = new LinkedHashMap<>();
  private ImmutableList<InetSocketAddress> told = ImmutableList.of();
  private int underWay;
  private int vain;
  private long startedAt;
  private long nextAt;
  private boolean closed;

  /** Since when something holds; by the clock of the node. */
  private final class Since {
    private boolean holds;
    private long from;

    void begin() {
      if (!holds) {
        holds = true;
        from = nanoTime.getAsLong();
      }
    }

    boolean forMillis(long millis) {
      begin();
      return nanoTime.getAsLong() - from >= TimeUnit.MILLISECONDS.toNanos(millis);
    }

    void over() {
      holds = false;
    }
  }

  /**
   * @param tidies whether this side closes surplus connections; one of the two does
   */
  PeerTcp(
      boolean tidies, Paths paths, Dialler dialler, LongSupplier nanoTime, RandomGenerator random) {
    this.tidies = tidies;
    this.paths = paths;
    this.dialler = dialler;
    this.nanoTime = nanoTime;
    this.random = random;
    this.relayed = new Since();
    this.udp = new Since();
    this.surplus = new Since();
    relayed.begin();
    this.nextAt = nanoTime.getAsLong();
    this.startedAt = nextAt - TimeUnit.MILLISECONDS.toNanos(MIN_GAP_MILLIS);
  }

  /** Where the peer takes connections; vetted. */
  void onAddresses(ImmutableList<InetSocketAddress> addresses) {
    if (!addresses.equals(told)) {
      told = addresses;
      ended.keySet().retainAll(addresses);
      restart();
    }
  }

  /** How the last connect to each address that the peer tells ended, if it was in vain. */
  ImmutableMap<InetSocketAddress, String> failures() {
    return ImmutableMap.copyOf(ended);
  }

  /** What was tried in vain may work now. */
  void restart() {
    vain = 0;
    nextAt = nanoTime.getAsLong();
    tick();
  }

  void close() {
    closed = true;
    waiting.clear();
  }

  /** Looks whether anything is due. */
  void tick() {
    if (closed) {
      return;
    }
    boolean byUdp = paths.isDirectBy(PathTransport.UDP);
    boolean byTcp = paths.isDirectBy(PathTransport.TCP);
    if (byUdp || byTcp) {
      waiting.clear();
      vain = 0;
      nextAt = nanoTime.getAsLong();
      relayed.over();
    }
    if (byUdp) {
      closeUnused();
      return;
    }
    udp.over();
    if (byTcp) {
      closeSurplus();
    } else if (relayed.forMillis(PATIENCE_MILLIS)) {
      dial();
    }
  }

  private void dial() {
    boolean idle = waiting.isEmpty() && underWay == 0 && paths.connections().isEmpty();
    if (idle && !told.isEmpty() && isDue()) {
      startedAt = nanoTime.getAsLong();
      long pause = Math.min(FIRST_PAUSE_MILLIS << Math.min(vain, 16), LONGEST_PAUSE_MILLIS);
      vain++;
      // Jitter of a quarter, so that a node's many peers do not stay in step.
      double jitter = 0.75 + random.nextDouble() / 2;
      nextAt = startedAt + (long) (TimeUnit.MILLISECONDS.toNanos(pause) * jitter);
      waiting.addAll(told);
    }
    dialNext();
  }

  private boolean isDue() {
    long now = nanoTime.getAsLong();
    return now - nextAt >= 0 && now - startedAt >= TimeUnit.MILLISECONDS.toNanos(MIN_GAP_MILLIS);
  }

  private void dialNext() {
    while (underWay < MAX_AT_ONCE && !waiting.isEmpty()) {
      InetSocketAddress address = waiting.removeFirst();
      underWay++;
      if (!dialler.dial(address, new Outcome(address))) {
        underWay--;
        waiting.addFirst(address);
        return;
      }
    }
  }

  private final class Outcome implements DialListener {
    private final InetSocketAddress address;

    Outcome(InetSocketAddress address) {
      this.address = address;
    }

    @Override
    public void onTied(TcpCarrier connection) {
      underWay--;
      ended.remove(address);
      waiting.clear();
    }

    @Override
    public void onFailed(String reason) {
      underWay--;
      log.debug("no TCP path by {}: {}", AddressText.of(address), reason);
      if (told.contains(address)) {
        ended.put(address, reason);
      }
      if (!closed) {
        dialNext();
      }
    }
  }

  private void closeUnused() {
    boolean longEnough = udp.forMillis(UNUSED_MILLIS);
    if (longEnough) {
      paths.connections().forEach(connection -> connection.close("UDP is direct"));
    }
  }

  /** Of several that answer the one in use stays, or else the oldest. */
  private void closeSurplus() {
    List<TcpCarrier> connections = paths.connections();
    if (!tidies || connections.size() < 2) {
      surplus.over();
    } else if (surplus.forMillis(SURPLUS_MILLIS)) {
      TcpCarrier inUse = paths.inUse();
      TcpCarrier stays = inUse == null ? connections.get(0) : inUse;
      connections.stream()
          .filter(connection -> connection != stays)
          .forEach(connection -> connection.close("another connection stays"));
    }
  }
}
