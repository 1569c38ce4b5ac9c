package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.link.Link;
import dev.parley.link.LinkPath;
import dev.parley.link.LinkStream;
import dev.parley.link.StreamHandler;
import dev.parley.link.StreamKind;
import dev.parley.nat.PeerKey;
import dev.parley.nat.path.PathKind;
import dev.parley.peer.v1.AckFrame;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.MessageFrame;
import dev.parley.peer.v1.NatNotice;
import dev.parley.proto.id.PeerId;
import dev.parley.transport.TransportFixture.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuicTransportTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aLinkComesUpOverADirectAddressAndIsPinnedToThePeersKey() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    alice.knowsAddressOf(bob);
    alice.transport.want(bob.id());

    await().atMost(LONG).until(() -> alice.link(bob) != null && bob.link(alice) != null);
    Duration rtt = alice.link(bob).ping().toCompletableFuture().get(30, TimeUnit.SECONDS);

    assertThat(rtt).isPositive();
    await().atMost(LONG).until(() -> alice.link(bob).path().rtt().isPresent());
    assertThat(alice.link(bob).path().kind()).isEqualTo(LinkPath.Kind.DIRECT);
    assertThat(bob.link(alice).inboundPath().remote())
        .isEqualTo("127.0.0.1:" + alice.address().getPort());
  }

  /** RFC 9000 §17.2.4: a dialler's Handshake packet shows that it has the peer's whole answer. */
  @Test
  void aDiallerIsConnectedByThePeersFirstAnswerAndNeedsNoSecond() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    alice.knowsRelayOf(bob);
    PeerKey caller = PeerKey.of(alice.id().toByteArray());
    AtomicBoolean answered = new AtomicBoolean();
    fixture.relay.filter =
        (from, to, datagram) -> {
          int type = datagram.getByte(datagram.readerIndex()) & 0xf0;
          if (from.equals(caller) && type == 0xe0) {
            answered.set(true);
          }
          return !answered.get();
        };
    alice.transport.want(bob.id());

    await().atMost(LONG).until(() -> alice.link(bob) != null);
    assertThat(answered).isTrue();
    assertThat(alice.events).containsExactly("up " + bob.id().shortForm());
  }

  @Test
  void aLinkComesUpOverTheRelayAndMovesToTheDirectPathOnceThatIsProven() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    alice.knowsRelayOf(bob);
    alice.transport.want(bob.id());
    await().atMost(LONG).until(() -> alice.link(bob) != null && bob.link(alice) != null);
    alice.link(bob).ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(alice.link(bob).path().kind()).isEqualTo(LinkPath.Kind.RELAY);

    alice.offer(bob, bob.address());

    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(alice.link(bob).path().kind()).isEqualTo(LinkPath.Kind.DIRECT);
              assertThat(bob.link(alice).path().kind()).isEqualTo(LinkPath.Kind.DIRECT);
            });
  }

  @Test
  void whatIsSaidOfTheNetworkArrivesUnderTheNameOfWhoSaidIt() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    Map<PeerId, NatNotice> heard = new ConcurrentHashMap<>();
    bob.transport.onNat(heard::put);
    alice.knowsRelayOf(bob);
    NatNotice notice = NatNotice.newBuilder().setAsk(true).build();
    alice.onLoop(() -> alice.transport.sendNat(bob.id(), notice));
    alice.transport.want(bob.id());
    await().atMost(LONG).until(() -> alice.link(bob) != null && bob.link(alice) != null);
    assertThat(heard).as("there was no link to say it on").isEmpty();

    alice.onLoop(() -> alice.transport.sendNat(bob.id(), notice));

    await().atMost(LONG).until(() -> notice.equals(heard.get(alice.id())));
  }

  @Test
  void whoeverAnswersWithAnotherKeyIsNotTheOneThatWasDialled() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint mallory = fixture.endpoint();
    Identity bob = Identity.ephemeral(TransportFixture.RANDOM);
    alice.known.put(
        bob.id(),
        new PeerLocator.Whereabouts(ImmutableList.of(mallory.address()), ImmutableList.of()));
    alice.transport.want(bob.id());

    await()
        .atMost(LONG)
        .until(() -> alice.events.stream().anyMatch(e -> e.contains("it proved to be")));
    assertThat(alice.transport.current(bob.id())).isEmpty();
    assertThat(mallory.events).isEmpty();
  }

  @Test
  void ofTwoThatDialAtOnceOneLinkRemainsOnBothSides() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    alice.knowsAddressOf(bob);
    bob.knowsAddressOf(alice);
    alice.transport.want(bob.id());
    bob.transport.want(alice.id());

    Endpoint smaller = alice.id().compareTo(bob.id()) < 0 ? alice : bob;
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(dialler(alice, bob)).isEqualTo(smaller.id());
              assertThat(dialler(bob, alice)).isEqualTo(smaller.id());
            });
    alice.link(bob).ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
    bob.link(alice).ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static Object dialler(Endpoint at, Endpoint with) {
    return at.link(with) instanceof Connection connection ? connection.dialler() : "no link";
  }

  @Test
  void aPeerThatWasKilledAndIsBackSaysThatItKnowsNothingOfTheLink() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    alice.knowsAddressOf(bob);
    alice.transport.want(bob.id());
    await().atMost(LONG).until(() -> alice.link(bob) != null && bob.link(alice) != null);
    alice.link(bob).ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
    await().atMost(LONG).until(() -> alice.link(bob).path().rtt().isPresent());
    Link before = alice.link(bob);

    bob.kill();
    Endpoint reborn = fixture.endpoint(bob.identity, bob.address().getPort());
    before.ping();

    await().atMost(LONG).until(() -> alice.link(reborn) != null && alice.link(reborn) != before);
    assertThat(alice.events).anyMatch(e -> e.contains("the peer has restarted"));
    alice.link(reborn).ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatIsWrittenArrivesInOrderWhileThePathIsFlipped() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    ConcurrentLinkedQueue<Integer> received = new ConcurrentLinkedQueue<>();
    bob.transport.accept(StreamKind.MESSAGES, stream -> new Collect(stream, received));
    alice.knowsRelayOf(bob);
    alice.transport.want(bob.id());
    await().atMost(LONG).until(() -> alice.link(bob) != null);
    alice.offer(bob, bob.address());
    LinkStream stream = alice.link(bob).open(StreamKind.MESSAGES, new Ignore());

    for (int i = 0; i < 400; i++) {
      stream.write(List.of(message(i)));
      PathKind kind = i % 20 < 10 ? PathKind.DIRECT : PathKind.RELAY;
      alice.onLoop(() -> alice.transport.paths().pin(PeerKey.of(bob.id().toByteArray()), kind));
    }

    await().atMost(LONG).until(() -> received.size() == 400);
    List<Integer> order = List.copyOf(received);
    for (int i = 0; i < 400; i++) {
      assertThat(order.get(i)).isEqualTo(i);
    }
  }

  @Test
  void whenTheRelayDiesTheLinkGoesOnDirectly() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    alice.knowsRelayOf(bob);
    alice.transport.want(bob.id());
    await().atMost(LONG).until(() -> alice.link(bob) != null);
    alice.offer(bob, bob.address());
    await()
        .atMost(LONG)
        .until(
            () ->
                alice.link(bob).path().kind() == LinkPath.Kind.DIRECT
                    && bob.link(alice) != null
                    && bob.link(alice).path().kind() == LinkPath.Kind.DIRECT);

    fixture.relay.running = false;

    alice.link(bob).ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
    bob.link(alice).ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void randomBytesAtThePortAreCountedAndChangeNothing() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    alice.knowsAddressOf(bob);
    alice.transport.want(bob.id());
    await().atMost(LONG).until(() -> alice.link(bob) != null);
    java.util.Random random = new java.util.Random(7);
    try (java.net.DatagramSocket socket = new java.net.DatagramSocket()) {
      for (int i = 0; i < 3000; i++) {
        byte[] bytes = new byte[random.nextInt(1400)];
        random.nextBytes(bytes);
        socket.send(new java.net.DatagramPacket(bytes, bytes.length, bob.address()));
      }
    }
    await()
        .atMost(LONG)
        .until(
            () ->
                bob.transport.paths().drops().snapshot().values().stream().mapToLong(v -> v).sum()
                    > 100);
    alice.link(bob).ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(alice.events).hasSize(1);
  }

  private static MessageFrame message(int number) {
    return MessageFrame.newBuilder()
        .setEnvelope(Envelope.newBuilder().setSentAtMillis(number))
        .build();
  }

  private record Collect(LinkStream stream, ConcurrentLinkedQueue<Integer> into)
      implements StreamHandler {
    @Override
    public void onFrames(List<ByteString> frames) {
      for (ByteString frame : frames) {
        try {
          into.add((int) MessageFrame.parseFrom(frame).getEnvelope().getSentAtMillis());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
      stream.write(List.of(AckFrame.getDefaultInstance()));
    }

    @Override
    public void onClosed() {}
  }

  private static final class Ignore implements StreamHandler {
    private final List<ByteString> acks = new CopyOnWriteArrayList<>();

    @Override
    public void onFrames(List<ByteString> frames) {
      acks.addAll(frames);
    }

    @Override
    public void onClosed() {}
  }
}
