package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.link.LinkPath;
import dev.parley.link.LinkStream;
import dev.parley.link.StreamHandler;
import dev.parley.link.StreamKind;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.MessageFrame;
import dev.parley.transport.TransportFixture;
import dev.parley.transport.TransportFixture.Endpoint;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real transports and TCP connections on loopback; all that a relay does is in memory. The peers do
 * not know each other's UDP addresses, which is as if nothing passed between them.
 */
class TcpOverRelayTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final TransportFixture fixture = new TransportFixture();
  private final List<Runnable> endings = new ArrayList<>();

  @AfterEach
  void close() {
    endings.forEach(Runnable::run);
    fixture.close();
  }

  private Endpoint endpoint() throws Exception {
    Endpoint endpoint = fixture.endpoint();
    TcpDriver driver =
        TcpDriver.on(
            endpoint.id(),
            endpoint.transport,
            () -> ImmutableList.of(endpoint.address()),
            endpoint.udp.eventLoop(),
            TransportFixture.RANDOM);
    endpoint.candidates = driver::onCandidates;
    endpoint.transport.addListener(driver);
    endpoint.onLoop(() -> driver.listen(endpoint.address()));
    endings.add(() -> endpoint.udp.eventLoop().submit(driver::close).syncUninterruptibly());
    return endpoint;
  }

  private static boolean talk(Endpoint one, Endpoint other, LinkPath.Kind kind) {
    return one.link(other) != null && one.link(other).path().kind() == kind;
  }

  private static void awaitTcp(Endpoint alice, Endpoint bob) {
    await().atMost(LONG).until(() -> talk(alice, bob, LinkPath.Kind.DIRECT));
    await().atMost(LONG).until(() -> talk(bob, alice, LinkPath.Kind.DIRECT));
    assertThat(alice.link(bob).path().transport()).isEqualTo(LinkPath.Transport.TCP);
    assertThat(bob.link(alice).path().transport()).isEqualTo(LinkPath.Transport.TCP);
  }

  private static void cut(Endpoint endpoint, Endpoint peer) throws Exception {
    var tcp = endpoint.transport.paths().tcp();
    endpoint.onLoop(
        () -> tcp.connections(PeerAtlas.keyOf(peer.id())).forEach(c -> c.close("cut by the test")));
  }

  @Test
  void peersBetweenWhomNoUdpPassesEndUpDirectOverTcp() throws Exception {
    Endpoint alice = endpoint();
    Endpoint bob = endpoint();
    alice.knowsRelayOf(bob);

    alice.transport.want(bob.id());

    awaitTcp(alice, bob);
    assertThat(alice.link(bob).path().remote()).startsWith("127.0.0.1:");
    alice.link(bob).ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPeerWhosePortIsTakenForTcpDialsItself(boolean beginsTheLink) throws Exception {
    Endpoint alice = endpoint();
    Endpoint bob = fixture.endpoint();
    try (ServerSocket taken =
        new ServerSocket(bob.address().getPort(), 1, InetAddress.getByName("127.0.0.1"))) {
      TcpDriver driver =
          TcpDriver.on(
              bob.id(),
              bob.transport,
              () -> ImmutableList.of(bob.address()),
              bob.udp.eventLoop(),
              TransportFixture.RANDOM);
      bob.candidates = driver::onCandidates;
      bob.transport.addListener(driver);
      bob.onLoop(() -> driver.listen(bob.address()));
      endings.add(() -> bob.udp.eventLoop().submit(driver::close).syncUninterruptibly());
      assertThat(taken.isBound()).isTrue();
      assertThat(driver.ownAddresses()).isEmpty();
      Endpoint dialler = beginsTheLink ? bob : alice;
      Endpoint other = beginsTheLink ? alice : bob;
      dialler.knowsRelayOf(other);

      dialler.transport.want(other.id());

      awaitTcp(alice, bob);
      assertThat(bob.link(alice).path().remote())
          .isEqualTo("127.0.0.1:" + alice.address().getPort());
    }
  }

  @Test
  void whatIsWrittenArrivesInOrderAndOnceWhileConnectionsComeAndAreCut() throws Exception {
    Endpoint alice = endpoint();
    Endpoint bob = endpoint();
    Queue<Integer> received = new ConcurrentLinkedQueue<>();
    bob.transport.accept(StreamKind.MESSAGES, stream -> new Collect(received));
    alice.knowsRelayOf(bob);
    alice.transport.want(bob.id());
    await().atMost(LONG).until(() -> alice.link(bob) != null);
    LinkStream stream = alice.link(bob).open(StreamKind.MESSAGES, new Collect(received));
    AtomicInteger sent = new AtomicInteger();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    endings.add(clock::shutdownNow);
    clock.scheduleAtFixedRate(
        () -> stream.write(List.of(message(sent.getAndIncrement()))), 0, 2, TimeUnit.MILLISECONDS);

    awaitTcp(alice, bob);
    for (Endpoint cutter : List.of(alice, bob)) {
      cut(cutter, cutter == alice ? bob : alice);
      await().atMost(LONG).until(() -> talk(alice, bob, LinkPath.Kind.RELAY));
      await().atMost(LONG).until(() -> talk(bob, alice, LinkPath.Kind.RELAY));
      awaitTcp(alice, bob);
    }

    clock.shutdown();
    assertThat(clock.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    await().atMost(LONG).until(() -> received.size() >= sent.get());
    assertThat(received).containsExactlyElementsOf(IntStream.range(0, sent.get()).boxed().toList());
  }

  private static MessageFrame message(int number) {
    return MessageFrame.newBuilder()
        .setEnvelope(Envelope.newBuilder().setSentAtMillis(number))
        .build();
  }

  private record Collect(Queue<Integer> into) implements StreamHandler {
    @Override
    public void onFrames(List<ByteString> frames) {
      for (ByteString frame : frames) {
        try {
          into.add((int) MessageFrame.parseFrom(frame).getEnvelope().getSentAtMillis());
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }

    @Override
    public void onClosed() {}
  }
}
