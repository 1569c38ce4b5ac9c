package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import dev.parley.nat.PeerKey;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Optional;

/** One relay in a {@link RelayPool}; passes on to the pool what its client says. */
final class PoolEntry implements RelayListener {
  final RelayUrl url;
  final boolean configured;
  final PooledCarrier carrier;
  final RelayClient client;
  private final RelayPool pool;

  /** When somebody last sent or received by it; of meaning while {@link #used}. */
  long lastUsedNanos;

  /** Whether it is kept connected because somebody sends or receives by it. */
  boolean used;

  /** Whether it was lost or not reached in the present round. */
  boolean failedInRound;

  private Optional<Duration> lastRtt = Optional.empty();

  PoolEntry(
      RelayUrl url,
      boolean configured,
      PooledCarrier carrier,
      RelayPool.ClientFactory factory,
      RelayPool pool) {
    this.url = url;
    this.configured = configured;
    this.carrier = carrier;
    this.pool = pool;
    this.client = factory.create(url, this);
  }

  RelayStatus status(Optional<RelayUrl> home) {
    boolean isHome = home.equals(Optional.of(url));
    boolean idle = client.state() == RelayClient.State.IDLE;
    return new RelayStatus(
        url,
        client.state(),
        isHome,
        configured && idle,
        client.rtt().or(() -> lastRtt),
        client.problem());
  }

  @Override
  public void onConnected(RelayGreeting greeting) {
    failedInRound = false;
    pool.onConnected(this, greeting);
  }

  @Override
  public void onDisconnected(RelayProblem problem) {
    pool.onDisconnected(this, problem);
  }

  @Override
  public void onMeasured(Duration rtt) {
    lastRtt = Optional.of(rtt);
    pool.onMeasured();
  }

  @Override
  public void onDatagram(PeerKey source, ByteBuf datagram) {
    pool.onDatagram(this, source, datagram);
  }

  @Override
  public void onDatagramsComplete() {
    pool.onDatagramsComplete();
  }

  @Override
  public void onTargetAbsent(PeerKey target) {
    pool.onTargetAbsent(this, target);
  }

  @Override
  public void onMail() {
    pool.onMail(this);
  }
}
