package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.nat.PeerKey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.RendezvousRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Does what the test says: no network and no time of its own. */
final class FakeRelayClient implements RelayClient {
  private static final PeerId RELAY = ThrowawayIdentity.create().id();

  private final RelayUrl url;
  private final RelayListener listener;
  private State state = State.IDLE;
  private Optional<Duration> rtt = Optional.empty();
  private Optional<RelayProblem> problem = Optional.empty();
  private long dropped;
  int sent;
  int checks;

  FakeRelayClient(RelayUrl url, RelayListener listener) {
    this.url = url;
    this.listener = listener;
  }

  void connect() {
    state = State.CONNECTED;
    listener.onConnected(
        new RelayGreeting(RELAY, Optional.empty(), Optional.empty(), 1_500, Duration.ZERO, false));
  }

  void measure(int millis) {
    rtt = Optional.of(Duration.ofMillis(millis));
    listener.onMeasured(rtt.get());
  }

  void lose() {
    state = State.WAITING;
    rtt = Optional.empty();
    RelayProblem why = new RelayProblem.Lost("pulled");
    problem = Optional.of(why);
    listener.onDisconnected(why);
  }

  void deliver(PeerKey source) {
    listener.onDatagram(source, Unpooled.buffer());
  }

  @Override
  public CompletionStage<MailResponse> ask(MailRequest request) {
    return CompletableFuture.failedFuture(new IOException("this relay keeps no mail"));
  }

  @Override
  public void meet(RendezvousRequest request) {
    throw new UnsupportedOperationException("this relay has no rendezvous");
  }

  @Override
  public void start() {
    if (state == State.IDLE) {
      state = State.CONNECTING;
    }
  }

  @Override
  public void close() {
    state = State.IDLE;
    rtt = Optional.empty();
  }

  @Override
  public boolean send(PeerKey target, ByteBuf datagram) {
    datagram.release();
    if (isConnected()) {
      sent++;
      return true;
    }
    dropped++;
    return false;
  }

  @Override
  public void checkNow() {
    checks++;
  }

  @Override
  public RelayUrl url() {
    return url;
  }

  @Override
  public String name() {
    return url.toString();
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
    return rtt;
  }

  @Override
  public Optional<RelayProblem> problem() {
    return problem;
  }

  @Override
  public long dropped() {
    return dropped;
  }
}
