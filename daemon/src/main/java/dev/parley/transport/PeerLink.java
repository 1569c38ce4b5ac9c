package dev.parley.transport;

import dev.parley.peer.v1.Goodbye;
import dev.parley.proto.id.PeerId;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * All that concerns the link with one peer: whether one is wanted, the dial under way, the
 * connection that stands. Owned by the event loop.
 *
 * <pre>
 *   IDLE ──wanted──► DIALLING ──handshake──► CONNECTED ──closed──► IDLE, or DIALLING if wanted
 *                     │    ▲                     ▲
 *              failed ▼    │ pause over          │ the peer dials us
 *                     PAUSED ────────────────────┘
 * </pre>
 */
final class PeerLink {
  /** Of the link with one peer. */
  enum State {
    IDLE,
    DIALLING,
    PAUSED,
    CONNECTED
  }

  private static final Logger log = LoggerFactory.getLogger(PeerLink.class);

  /** A connection that has been replaced still hears what was under way for this long. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  /** A link that ends sooner is dialled again with growing pauses, as one that never came up. */
  private static final Duration STABLE = Duration.ofSeconds(10);

  private static final int MAX_DISAPPOINTMENTS = 16;

  private final PeerId peer;
  private final QuicTransport transport;
  private final Set<InetSocketAddress> disappointments = new HashSet<>();
  private State state = State.IDLE;
  private int leases;
  private int failures;
  private int shortLived;
  private String problem = "";
  private Instant since;
  private @Nullable Dial dial;
  private @Nullable ScheduledFuture<?> pause;
  private @Nullable Connection current;

  PeerLink(PeerId peer, QuicTransport transport) {
    this.peer = peer;
    this.transport = transport;
    this.since = transport.now();
  }

  State state() {
    return state;
  }

  String problem() {
    return problem;
  }

  Instant since() {
    return since;
  }

  @Nullable Connection current() {
    return current;
  }

  boolean isForgettable() {
    return leases == 0 && state == State.IDLE;
  }

  /** The peer has begun it, and nobody here wants it. */
  boolean isUnasked() {
    return leases == 0;
  }

  void want() {
    leases++;
    if (state == State.IDLE) {
      dial();
    }
  }

  void unwant() {
    leases--;
    if (leases == 0 && state == State.PAUSED) {
      cancelPause();
      transition(State.IDLE, "no longer wanted");
    }
  }

  /** Something has changed that may let a dial through: do not wait for the pause to end. */
  void retryNow() {
    if (state == State.PAUSED && leases > 0) {
      cancelPause();
      failures = 0;
      dial();
    }
  }

  /**
   * The peer is somewhere that the dial under way, if there is one, does not know: unless that has
   * been answered already, another one takes its place.
   */
  void redial() {
    if (state == State.DIALLING && dial != null && !dial.isAnswered()) {
      dial.abandon();
      dial = null;
      dial();
    } else {
      retryNow();
    }
  }

  private void dial() {
    if (transport.isShuttingDown()) {
      return;
    }
    PeerLocator.Whereabouts known = transport.locate(peer, disappointments);
    if (known.addresses().isEmpty() && known.relays().isEmpty()) {
      disappointments.clear();
      onDialFailed("no address and no relay of this peer is known");
      return;
    }
    transition(State.DIALLING, known.addresses() + " and " + known.relays().size() + " relays");
    Dial attempt =
        new Dial(
            peer,
            known,
            transport.endpoint(),
            new Dial.Outcome() {
              @Override
              public void onConnected(Connection connection) {
                dial = null;
                adopt(connection);
              }

              @Override
              public void onFailed(String reason, @Nullable InetSocketAddress disappointing) {
                dial = null;
                if (disappointing != null && disappointments.size() < MAX_DISAPPOINTMENTS) {
                  disappointments.add(disappointing);
                }
                if (state == State.DIALLING) {
                  onDialFailed(reason);
                }
              }
            });
    dial = attempt;
    attempt.start();
  }

  private void onDialFailed(String reason) {
    failures++;
    problem = reason;
    transport.onUnreachable(peer, reason);
    if (leases == 0) {
      transition(State.IDLE, reason);
      transport.forgetIfIdle(peer);
      return;
    }
    pause(reason);
  }

  private void pause(String reason) {
    Duration wait = DialPauses.after(Math.max(failures, shortLived), transport.random());
    transition(State.PAUSED, reason + "; again in " + wait.toMillis() + " ms");
    pause =
        transport
            .endpoint()
            .loop()
            .schedule(
                () -> {
                  pause = null;
                  if (failures % 4 == 0) {
                    disappointments.clear();
                  }
                  dial();
                },
                wait.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  /** A connection of ours or of the peer's is ready: it becomes the link, or it goes. */
  void adopt(Connection connection) {
    Connection older = current;
    if (older != null && !older.isClosed()) {
      if (!LinkRules.newerStays(older.candidate(), older.age(), connection.candidate())) {
        log.debug("{}: the older of two connections stays", peer.shortForm());
        connection.close(Goodbye.Reason.SUPERSEDED, "the other connection stays");
        return;
      }
      retire(older);
    } else if (dial != null && transport.self().compareTo(peer) > 0) {
      // Both dialled at once and the peer's connection would win anyway.
      dial.abandon();
      dial = null;
    }
    cancelPause();
    failures = 0;
    problem = "";
    disappointments.clear();
    current = connection;
    transition(State.CONNECTED, connection.flow().isDialled() ? "dialled" : "the peer dialled");
    transport.onUp(connection);
  }

  private void retire(Connection older) {
    current = null;
    transport.onDown(older, "replaced by a newer connection", true);
    transport
        .endpoint()
        .loop()
        .schedule(
            () -> older.close(Goodbye.Reason.SUPERSEDED, "a newer connection stays"),
            LINGER.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** A connection with this peer has closed, whoever closed it. */
  void onClosed(Connection connection, String reason) {
    if (connection != current) {
      return;
    }
    current = null;
    boolean lasted = connection.age().compareTo(STABLE) >= 0;
    shortLived = lasted ? 0 : shortLived + 1;
    transition(dial == null ? State.IDLE : State.DIALLING, reason);
    transport.onDown(connection, reason, false);
    if (state != State.IDLE) {
      return;
    }
    if (leases == 0 || transport.isShuttingDown()) {
      transport.forgetIfIdle(peer);
    } else if (lasted) {
      dial();
    } else {
      // The peer took the link and ended it at once, and would do so again.
      pause(reason);
    }
  }

  /** The peer knows nothing of this connection any more; there is no use in waiting for it. */
  void lost(Connection connection, String reason) {
    onClosed(connection, reason);
    connection.close(Goodbye.Reason.SUPERSEDED, reason);
  }

  void shutDown() {
    cancelPause();
    if (dial != null) {
      dial.abandon();
      dial = null;
    }
    if (current != null) {
      current.close(Goodbye.Reason.SHUTTING_DOWN, "");
    }
  }

  private void cancelPause() {
    if (pause != null) {
      pause.cancel(false);
      pause = null;
    }
  }

  private void transition(State next, String reason) {
    if (next != state) {
      since = transport.now();
      // Of links that nobody here wants, peers can make as many as they like.
      log.atLevel(leases > 0 ? Level.INFO : Level.DEBUG)
          .log("{}: {} -> {}: {}", peer.shortForm(), state, next, reason);
      state = next;
    }
  }
}
