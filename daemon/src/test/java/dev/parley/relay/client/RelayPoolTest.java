package dev.parley.relay.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.discovery.RelayUrl;
import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The pool over fake clients, on an event loop whose time only moves when the test says so. */
final class RelayPoolTest implements RelayPoolListener {
  private static final RelayUrl NEAR = RelayUrl.parse("wss://near.example");
  private static final RelayUrl FAR = RelayUrl.parse("wss://far.example");
  private static final RelayUrl FOREIGN = RelayUrl.parse("wss://foreign.example");
  private static final PeerKey PEER = new PeerKey(1, 2, 3, 4);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Map<RelayUrl, FakeRelayClient> clients = new HashMap<>();
  private final List<RelayUrl> homes = new ArrayList<>();
  private final List<RelayCarrier> carriers = new ArrayList<>();
  private final RelayPool pool =
      new RelayPool(
          List.of(FAR, NEAR),
          channel.eventLoop(),
          (url, listener) -> {
            FakeRelayClient client = new FakeRelayClient(url, listener);
            clients.put(url, client);
            return client;
          },
          this);

  RelayPoolTest() {
    channel.freezeTime();
    pool.start();
  }

  @Test
  void theFirstRelayThereIsHomeAtOnceAndTheNearestWhenAllAreMeasured() {
    client(FAR).connect();
    assertThat(homes).containsExactly(FAR);
    client(FAR).measure(80);
    client(NEAR).connect();
    assertThat(homes).as("not before it is measured").containsExactly(FAR);
    client(NEAR).measure(10);

    assertThat(homes).containsExactly(FAR, NEAR);
    assertThat(state(FAR)).as("stands by").isEqualTo(RelayClient.State.IDLE);
    assertThat(status(FAR).standby()).isTrue();
    assertThat(status(FAR).rtt()).as("as last measured").contains(Duration.ofMillis(80));
    assertThat(status(NEAR).home()).isTrue();
  }

  @Test
  void aRelayThatCannotBeReachedIsNotWaitedFor() {
    client(NEAR).lose();
    client(FAR).connect();
    client(FAR).measure(80);

    assertThat(homes).containsExactly(FAR);
    assertThat(state(NEAR)).isEqualTo(RelayClient.State.IDLE);
    assertThat(status(NEAR).problem()).isPresent();
  }

  @Test
  void aRoundEndsWhenItHasLastedLongEnough() {
    client(FAR).connect();
    client(FAR).measure(80);
    pass(RelayPool.ROUND);

    assertThat(state(NEAR))
        .as("still connecting, no longer wanted")
        .isEqualTo(RelayClient.State.IDLE);
    assertThat(homes).containsExactly(FAR);
  }

  @Test
  void aRoundGoesOnWhileNoRelayIsThere() {
    pass(RelayPool.ROUND.multipliedBy(3));
    assertThat(state(NEAR)).isEqualTo(RelayClient.State.CONNECTING);
    assertThat(state(FAR)).isEqualTo(RelayClient.State.CONNECTING);
    assertThat(homes).isEmpty();
  }

  @Test
  void whenHomeIsLostTheNextOneIsHomeAsSoonAsItAnswers() {
    settleOnNear();
    client(NEAR).lose();
    assertThat(state(FAR)).isEqualTo(RelayClient.State.CONNECTING);
    assertThat(homes).as("kept until there is another").endsWith(NEAR);
    client(FAR).connect();
    assertThat(homes).endsWith(FAR);
    client(FAR).measure(80);
    assertThat(state(NEAR)).as("the lost one stands by").isEqualTo(RelayClient.State.IDLE);

    pass(RelayPool.AFTER_LOSS);
    client(NEAR).connect();
    client(NEAR).measure(10);
    client(FAR).measure(80);
    assertThat(homes).as("the nearest is home again").endsWith(NEAR);
  }

  @Test
  void relaysAreMeasuredAnewNowAndThen() {
    settleOnNear();
    pass(RelayPool.BETWEEN_ROUNDS);
    assertThat(state(FAR)).isEqualTo(RelayClient.State.CONNECTING);
    client(FAR).connect();
    client(FAR).measure(1);
    assertThat(homes).as("9 ms are no reason to move").endsWith(NEAR);
    assertThat(state(FAR)).isEqualTo(RelayClient.State.IDLE);
  }

  @Test
  void aPeersRelayIsConnectedOnDemandAndLeftWhenIdle() {
    settleOnNear();
    RelayCarrier carrier = pool.carrierFor(FOREIGN);
    assertThat(state(FOREIGN)).isEqualTo(RelayClient.State.CONNECTING);
    assertThat(send(carrier)).as("not connected yet").isFalse();
    client(FOREIGN).connect();
    assertThat(carrier.isConnected()).isTrue();

    pass(RelayPool.IDLE.minusSeconds(1));
    assertThat(send(carrier)).isTrue();
    pass(RelayPool.IDLE.minusSeconds(1));
    assertThat(carrier.isConnected()).as("used since").isTrue();
    client(FOREIGN).deliver(PEER);
    assertThat(carriers).containsExactly(carrier);
    pass(RelayPool.IDLE.minusSeconds(1));
    assertThat(carrier.isConnected()).as("heard since").isTrue();
    pass(Duration.ofSeconds(2));
    assertThat(carrier.isConnected()).isFalse();
    assertThat(pool.status()).hasSize(2);
    assertThat(pool.dropped()).as("the count outlives the client").isEqualTo(1);

    assertThat(send(carrier)).as("sending brings it back").isFalse();
    assertThat(state(FOREIGN)).isEqualTo(RelayClient.State.CONNECTING);
  }

  @Test
  void aStandbyThatAPeerUsesIsConnectedAndLeftWhenIdle() {
    settleOnNear();
    RelayCarrier carrier = pool.carrierFor(FAR);
    assertThat(state(FAR)).isEqualTo(RelayClient.State.CONNECTING);
    client(FAR).connect();
    assertThat(send(carrier)).isTrue();
    assertThat(homes).endsWith(NEAR);
    pass(RelayPool.IDLE);
    assertThat(state(FAR)).isEqualTo(RelayClient.State.IDLE);
    assertThat(state(NEAR)).as("home is never idle").isEqualTo(RelayClient.State.CONNECTED);
  }

  @Test
  void theNumberOfPeersRelaysIsBoundedAndTheIdlestMakesRoom() {
    settleOnNear();
    for (int i = 0; i < RelayPool.MAX_FOREIGN; i++) {
      pool.carrierFor(foreign(i));
      pass(Duration.ofMillis(100));
    }
    RelayCarrier refused = pool.carrierFor(foreign(99));
    assertThat(clients).as("all are in use").doesNotContainKey(foreign(99));
    assertThat(send(refused)).isFalse();
    assertThat(pool.status()).hasSize(2 + RelayPool.MAX_FOREIGN);

    pass(RelayPool.BUSY);
    pool.carrierFor(foreign(0));
    assertThat(send(refused)).as("connecting now").isFalse();
    assertThat(state(foreign(99))).isEqualTo(RelayClient.State.CONNECTING);
    assertThat(pool.status()).hasSize(2 + RelayPool.MAX_FOREIGN);
    assertThat(pool.status()).noneMatch(s -> s.url().equals(foreign(1)));
    assertThat(pool.status()).anyMatch(s -> s.url().equals(foreign(0)));
  }

  @Test
  void aCheckAsksEveryRelay() {
    pool.checkNow();
    assertThat(client(NEAR).checks + client(FAR).checks).isEqualTo(2);
  }

  @Test
  void aClosedPoolHoldsNothingAndSendsNothing() {
    settleOnNear();
    RelayCarrier carrier = pool.carrierFor(NEAR);
    pool.close();
    assertThat(state(NEAR)).isEqualTo(RelayClient.State.IDLE);
    assertThat(send(carrier)).isFalse();
    assertThat(pool.status()).isEmpty();
  }

  private void settleOnNear() {
    client(NEAR).connect();
    client(NEAR).measure(10);
    client(FAR).connect();
    client(FAR).measure(80);
    assertThat(pool.home()).contains(NEAR);
  }

  private static RelayUrl foreign(int i) {
    return RelayUrl.parse("wss://r" + i + ".example");
  }

  private FakeRelayClient client(RelayUrl url) {
    return clients.get(url);
  }

  private RelayClient.State state(RelayUrl url) {
    return clients.get(url).state();
  }

  private RelayStatus status(RelayUrl url) {
    return pool.status().stream().filter(s -> s.url().equals(url)).findFirst().orElseThrow();
  }

  private static boolean send(RelayCarrier carrier) {
    return carrier.send(PEER, Unpooled.buffer());
  }

  private void pass(Duration duration) {
    channel.advanceTimeBy(duration.toMillis(), TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  @Override
  public void onHomeChanged(RelayUrl home) {
    homes.add(home);
  }

  @Override
  public void onConnected(RelayUrl relay, RelayGreeting greeting) {}

  @Override
  public void onDisconnected(RelayUrl relay, RelayProblem problem) {}

  @Override
  public void onDatagram(RelayCarrier carrier, PeerKey source, ByteBuf datagram) {
    carriers.add(carrier);
    datagram.release();
  }

  @Override
  public void onDatagramsComplete() {}

  @Override
  public void onTargetAbsent(RelayCarrier carrier, PeerKey target) {}
}
