package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import dev.parley.nat.PeerKey;
import dev.parley.relay.RelayWire;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.RendezvousEvent;
import dev.parley.relay.v1.RendezvousRequest;
import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one {@link RelayConnection} up. Confined to the event loop. */
final class NettyRelayClient implements RelayClient, RelayConnection.Owner {
  private static final Logger log = LoggerFactory.getLogger(NettyRelayClient.class);

  /** How long an answer may take when somebody doubts that the relay is there. */
  private static final Duration SHORTEST_CHECK = Duration.ofSeconds(1);

  private static final int CHECK_ROUND_TRIPS = 4;

  private final RelayUrl url;
  private final String name;
  private final RelayEnvironment environment;
  private final RelayListener listener;

  private State state = State.IDLE;
  private @Nullable SslContext tls;
  private @Nullable RelayConnection connection;
  private @Nullable RelayProblem problem;
  private Heartbeat heartbeat = new Heartbeat();
  private @Nullable Future<?> timer;
  private @Nullable Future<?> check;
  private int failures;
  private int attempts;
  private long openedNanos;
  private long dropped;

  NettyRelayClient(RelayUrl url, RelayEnvironment environment, RelayListener listener) {
    this.url = url;
    this.name = url.toString();
    this.environment = environment;
    this.listener = listener;
  }

  @Override
  public void start() {
    if (state == State.IDLE) {
      failures = 0;
      connect();
    }
  }

  @Override
  public void close() {
    cancelTimers();
    if (connection != null) {
      connection.close();
      connection = null;
    }
    if (state != State.IDLE) {
      transition(State.IDLE, "closed");
    }
  }

  @Override
  public void checkNow() {
    if (state == State.WAITING) {
      cancelTimers();
      connect();
    } else if (state == State.CONNECTED) {
      // A check under way may have been answered before what this one is about.
      if (check != null) {
        check.cancel(false);
      }
      ping();
      Duration patience =
          heartbeat.rtt().map(rtt -> rtt.multipliedBy(CHECK_ROUND_TRIPS)).orElse(SHORTEST_CHECK);
      long millis = Math.max(patience.toMillis(), SHORTEST_CHECK.toMillis());
      check = environment.loop().schedule(this::onCheckDue, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void onCheckDue() {
    check = null;
    if (connection != null && !heartbeat.isAnswered()) {
      connection.fail(new RelayProblem.Lost("it did not answer a ping"));
    }
  }

  private void connect() {
    transition(State.CONNECTING, "attempt " + (failures + 1));
    if (tls == null) {
      tls = ClientTls.context(url, environment);
    }
    connection = new RelayConnection(url, environment, this);
    new RelayDial(url, environment, tls).open(connection, attempts++);
  }

  @Override
  public void onOpen(RelayGreeting greeting) {
    heartbeat = new Heartbeat();
    problem = null;
    openedNanos = now();
    transition(State.CONNECTED, "it proved key " + greeting.relay());
    schedulePing();
    ping();
    listener.onConnected(greeting);
  }

  @Override
  public void onEnded(RelayProblem why) {
    boolean wasConnected = state == State.CONNECTED;
    cancelTimers();
    connection = null;
    if (wasConnected && now() - openedNanos >= Backoff.STABLE.toNanos()) {
      failures = 0;
    }
    failures++;
    Duration pause = Backoff.pause(failures, why, environment.random());
    // Once per kind of problem: attempts that fail alike are no news.
    if (problem == null || !problem.getClass().equals(why.getClass())) {
      log.warn("relay {}: {}; trying again in {} ms", name, why.sentence(), pause.toMillis());
    }
    problem = why;
    transition(State.WAITING, why.sentence());
    timer = environment.loop().schedule(this::connect, pause.toMillis(), TimeUnit.MILLISECONDS);
    listener.onDisconnected(why);
  }

  private void schedulePing() {
    timer = environment.loop().schedule(this::onPingDue, RelayWire.PING_SECONDS, TimeUnit.SECONDS);
  }

  private void onPingDue() {
    if (heartbeat.onPingDue() == Heartbeat.Action.PING) {
      schedulePing();
      ping();
    } else if (connection != null) {
      connection.fail(
          new RelayProblem.Lost(
              "no answer to "
                  + Heartbeat.MAX_MISSES
                  + " pings in "
                  + Heartbeat.MAX_MISSES * RelayWire.PING_SECONDS
                  + " s"));
    }
  }

  private void ping() {
    if (connection != null) {
      connection.ping(heartbeat.onPingSent(now()));
    }
  }

  @Override
  public void onPong(long token) {
    if (!heartbeat.onPong(token, now())) {
      return;
    }
    if (heartbeat.wantsSample()) {
      ping();
    }
    heartbeat.rtt().ifPresent(listener::onMeasured);
  }

  @Override
  public void onDatagram(PeerKey source, ByteBuf datagram) {
    listener.onDatagram(source, datagram);
  }

  @Override
  public void onDatagramsComplete() {
    listener.onDatagramsComplete();
  }

  @Override
  public void onTargetAbsent(PeerKey target) {
    listener.onTargetAbsent(target);
  }

  @Override
  public void onMail() {
    listener.onMail();
  }

  @Override
  public CompletionStage<MailResponse> ask(MailRequest request) {
    return connection != null
        ? connection.ask(request)
        : CompletableFuture.failedFuture(new IOException("the relay is not connected"));
  }

  @Override
  public void onRendezvous(RendezvousEvent event) {
    listener.onRendezvous(event);
  }

  @Override
  public void meet(RendezvousRequest request) {
    if (connection != null) {
      connection.meet(request);
    }
  }

  @Override
  public boolean send(PeerKey target, ByteBuf datagram) {
    if (state == State.CONNECTED && connection != null) {
      if (connection.send(target, datagram)) {
        return true;
      }
    } else {
      datagram.release();
    }
    dropped++;
    return false;
  }

  private void cancelTimers() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    if (check != null) {
      check.cancel(false);
      check = null;
    }
  }

  private void transition(State next, String reason) {
    log.debug("relay {}: {} -> {}: {}", name, state, next, reason);
    state = next;
  }

  private long now() {
    return environment.loop().ticker().nanoTime();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public RelayUrl url() {
    return url;
  }

  @Override
  public boolean isConnected() {
    return state == State.CONNECTED;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public Optional<Duration> rtt() {
    return state == State.CONNECTED ? heartbeat.rtt() : Optional.empty();
  }

  @Override
  public Optional<RelayProblem> problem() {
    return state == State.CONNECTED ? Optional.empty() : Optional.ofNullable(problem);
  }

  @Override
  public long dropped() {
    return dropped;
  }
}
