package dev.parley.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import dev.parley.config.RelayConfig.Limits;
import dev.parley.config.RelayConfig.Tls;
import dev.parley.identity.Identity;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.nat.stun.StunClass;
import dev.parley.nat.stun.StunMessage;
import dev.parley.nat.stun.StunWriter;
import dev.parley.nat.stun.TransactionId;
import dev.parley.relay.RelayWire;
import dev.parley.relay.TestRelays;
import dev.parley.relay.TestRelays.LimitsBuilder;
import dev.parley.relay.v1.GoAway;
import dev.parley.relay.v1.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each limit is reached, and holds. Rates are measured by a clock that stands still. */
final class RelayLimitsTest {
  private final Identity alice = ThrowawayIdentity.create();
  private final Identity bob = ThrowawayIdentity.create();
  private final AtomicLong nanos = new AtomicLong();
  private final List<RawClient> clients = new ArrayList<>();
  private RelayServer relay;

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    relay.close();
  }

  private void start(Tls tls, RelayCore.Timing timing, Ticker ticker, Limits limits)
      throws Exception {
    relay =
        RelayServer.start(
            ThrowawayIdentity.create(), TestRelays.config(tls, limits), timing, ticker);
  }

  private void start(Consumer<LimitsBuilder> change) throws Exception {
    start(new Tls.Off(), RelayCore.Timing.DEFAULT, standingClock(), LimitsBuilder.limits(change));
  }

  private Ticker standingClock() {
    return new Ticker() {
      @Override
      public long read() {
        return nanos.get();
      }
    };
  }

  private RawClient client() throws IOException {
    RawClient client = new RawClient(relay.address());
    clients.add(client);
    return client;
  }

  private RawClient client(Identity identity) throws IOException {
    RawClient client = client().upgrade();
    client.authenticate(identity);
    return client;
  }

  private void awaitRefused(String word, long count) {
    Awaitility.await()
        .untilAsserted(() -> assertThat(relay.stats().refused(word)).isEqualTo(count));
  }

  @Test
  void newConnectionsInAllAreLimitedPerSecond() throws Exception {
    start(b -> b.maxNewConnectionsPerSecond = 3);
    for (int i = 0; i < 3; i++) {
      client().upgrade();
    }
    assertThat(client().isClosedByRelay()).isTrue();
    awaitRefused("new-connections-per-second", 1);
    nanos.addAndGet(1_000_000_000);
    client().upgrade();
  }

  @Test
  void newConnectionsFromOneAddressAreLimitedPerSecond() throws Exception {
    start(
        new Tls.SelfSigned(),
        RelayCore.Timing.DEFAULT,
        standingClock(),
        LimitsBuilder.limits(b -> b.maxNewConnectionsPerAddressPerSecond = 2));
    client();
    client();
    assertThat(client().isClosedByRelay()).isTrue();
    awaitRefused("new-connections-per-address", 1);
    assertThat(relay.stats().handshakes()).isEqualTo(2);
  }

  @Test
  void connectionsThatHaveNotAuthenticatedAreLimited() throws Exception {
    start(b -> b.maxHandshakes = 2);
    client();
    client();
    assertThat(client().isClosedByRelay()).isTrue();
    awaitRefused("handshakes", 1);
    clients.get(0).upgrade().authenticate(alice);
    client(bob);
  }

  @Test
  void aClientThatTricklesItsRequestIsCutOffInTime() throws Exception {
    start(b -> b.handshakeTimeout = Duration.ofMillis(200));
    RawClient loris = client();
    loris.write("GET /parley HTTP/1.1\r\nX-Slow: ");
    assertThat(loris.isClosedByRelay()).isTrue();
    RawClient mute = client().upgrade();
    assertThat(mute.isClosedByRelay()).isTrue();
    awaitRefused("handshake-timeout", 2);
    assertThat(relay.stats().handshakes()).isZero();
  }

  @Test
  void clientsAreLimited() throws Exception {
    start(b -> b.maxClients = 1);
    client(alice);
    RawClient second = client().upgrade();
    second.sendControl(dev.parley.relay.v1.ClientFrame.newBuilder().setAnswer(second.answer(bob)));
    GoAway goAway = second.readGoAway().orElseThrow();
    assertThat(goAway.getReason()).isEqualTo(GoAway.Reason.FULL);
    assertThat(goAway.getRetryAfterMillis()).isPositive();
    awaitRefused("clients", 1);
  }

  @Test
  void bytesPerSecondOfAClientAreLimitedAndTheRestIsDropped() throws Exception {
    start(
        b -> {
          b.maxDatagramBytes = 1_000;
          b.bytesPerSecondPerClient = 1_033;
        });
    RawClient sender = client(alice);
    RawClient receiver = client(bob);
    // The smallest burst is sixteen frames of the largest size, here 1,033 bytes (and no clock).
    int burst = 16 * RelayWire.maxFrameBytes(1_000) / (1_000 + RelayWire.DATAGRAM_HEADER_BYTES);
    for (int i = 0; i < burst + 5; i++) {
      sender.send(RawClient.BINARY, RawClient.datagram(bob, 1_000));
    }
    awaitRefused("client-rate", 5);
    for (int i = 0; i < burst; i++) {
      assertThat(receiver.read().payload()).hasSize(1_033);
    }
    nanos.addAndGet(1_000_000_000);
    sender.send(RawClient.BINARY, RawClient.datagram(bob, 1_000));
    assertThat(receiver.read().payload()[0]).isEqualTo(RelayWire.RECV);
    assertThat(relay.stats().forwardedDatagrams()).isEqualTo(burst + 1);
  }

  @Test
  void aSlowReaderLosesDatagramsAndHoldsUpNobody() throws Exception {
    start(
        b -> {
          b.sendQueueBytes = 16_384;
          b.bytesPerSecondPerClient = 1_000_000_000;
        });
    RawClient slow = new RawClient(relay.address(), 4_096);
    clients.add(slow);
    slow.upgrade().authenticate(alice);
    RawClient sender = client(bob);
    Identity carol = ThrowawayIdentity.create();
    RawClient quick = client(carol);

    byte[] flood = RawClient.datagram(alice, 1_400);
    Awaitility.await()
        .until(
            () -> {
              for (int i = 0; i < 200; i++) {
                sender.send(RawClient.BINARY, flood);
              }
              return relay.stats().refused("send-queue-full") > 0;
            });
    sender.send(RawClient.BINARY, RawClient.datagram(carol, 5));
    assertThat(quick.read().payload()).hasSize(38);
    // Bounded by the queue and what the kernel holds, and far from the whole flood.
    assertThat(relay.stats().clients()).isEqualTo(3);
  }

  @Test
  void aClientIsToldOncePerSecondThatATargetIsAbsent() throws Exception {
    start(b -> {});
    RawClient sender = client(alice);
    for (int i = 0; i < 5; i++) {
      sender.send(RawClient.BINARY, RawClient.datagram(bob, 10));
    }
    sender.ping(1);
    ServerFrame first = sender.readControl();
    assertThat(first.getTargetAbsent().getPeerId()).isEqualTo(bob.id().key());
    assertThat(sender.readControl().hasPong()).as("nothing between").isTrue();
    assertThat(relay.stats().refused("target-absent")).isEqualTo(5);
    nanos.addAndGet(1_000_000_000);
    sender.send(RawClient.BINARY, RawClient.datagram(bob, 10));
    assertThat(sender.readControl().hasTargetAbsent()).isTrue();
  }

  @Test
  void controlMessagesAreLimited() throws Exception {
    start(b -> {});
    RawClient client = client(alice);
    for (int i = 0; i < 25; i++) {
      client.ping(i);
    }
    awaitRefused("control-rate", 5);
    for (int i = 0; i < 20; i++) {
      assertThat(client.readControl().getPong().getToken()).isEqualTo(i);
    }
  }

  @Test
  void aSilentClientIsDropped() throws Exception {
    start(
        new Tls.Off(),
        new RelayCore.Timing(Duration.ofMillis(200), Duration.ofSeconds(1)),
        Ticker.systemTicker(),
        Limits.DEFAULT);
    RawClient client = client(alice);
    assertThat(client.isClosedByRelay()).isTrue();
    awaitRefused("idle", 1);
    Awaitility.await().until(() -> relay.stats().clients() == 0);
  }

  @Test
  void aReloadIsInForceForConnectionsThatAreThere() throws Exception {
    start(b -> {});
    RawClient sender = client(alice);
    RawClient receiver = client(bob);
    sender.send(RawClient.BINARY, RawClient.datagram(bob, 1_400));
    assertThat(receiver.read().payload()).hasSize(1_433);

    relay.reload(LimitsBuilder.limits(b -> b.maxDatagramBytes = 1_300));
    sender.send(RawClient.BINARY, RawClient.datagram(bob, 1_400));
    sender.send(RawClient.BINARY, RawClient.datagram(bob, 1_300));
    assertThat(receiver.read().payload()).hasSize(1_333);
    awaitRefused("frame-too-large", 1);
  }

  @Test
  void stunIsAnsweredUpToItsRateAndNoiseIsNot() throws Exception {
    start(b -> b.stunPerSecond = 3);
    try (DatagramSocket socket = new DatagramSocket(TestRelays.loopback(0))) {
      socket.setSoTimeout(20_000);
      ByteBuf encoded =
          StunWriter.binding(StunClass.REQUEST, new TransactionId(1, 2))
              .fingerprint()
              .finish(UnpooledByteBufAllocator.DEFAULT);
      byte[] request = ByteBufUtil.getBytes(encoded);
      encoded.release();
      send(socket, "noise".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      for (int i = 0; i < 5; i++) {
        send(socket, request);
      }
      awaitRefused("stun-rate", 2);
      awaitRefused("stun-malformed", 1);
      assertThat(relay.stats().stunAnswers()).isEqualTo(3);
      DatagramPacket answer = new DatagramPacket(new byte[1_500], 1_500);
      socket.receive(answer);
      StunMessage parsed =
          StunMessage.parse(Unpooled.wrappedBuffer(answer.getData(), 0, answer.getLength()))
              .orElseThrow();
      assertThat(parsed.mappedAddress()).contains(TestRelays.loopback(socket.getLocalPort()));
    }
  }

  private void send(DatagramSocket socket, byte[] bytes) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length, relay.stunAddress()));
  }
}
