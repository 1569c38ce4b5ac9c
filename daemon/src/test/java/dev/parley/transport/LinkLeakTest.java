package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.ImmutableList;
import dev.parley.identity.Identity;
import dev.parley.link.LinkLease;
import dev.parley.nat.path.PathSwitch;
import dev.parley.peer.v1.Goodbye;
import dev.parley.transport.TransportFixture.Endpoint;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever comes to nothing, or to an end, leaves nothing behind. */
class LinkLeakTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int ROUNDS = 200;

  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private record Held(PathSwitch.Held switched, int channels, int ids, int links) {}

  private static final Held NOTHING = new Held(new PathSwitch.Held(0, 0, 0, 0), 0, 0, 0);

  private static Held heldBy(Endpoint endpoint) throws Exception {
    AtomicReference<Held> held = new AtomicReference<>();
    endpoint.onLoop(
        () ->
            held.set(
                new Held(
                    endpoint.transport.paths().held(),
                    endpoint.transport.endpoint().held(),
                    endpoint.transport.ids().size(),
                    endpoint.transport.links().size())));
    return held.get();
  }

  private static void awaitNothingHeld(Endpoint endpoint) {
    await().atMost(LONG).untilAsserted(() -> assertThat(heldBy(endpoint)).isEqualTo(NOTHING));
  }

  @Test
  void dialsThatNobodyAnswersAndStrangersThatNeverProveThemselves() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    List<LinkLease> leases = new ArrayList<>();
    try (DatagramSocket dead = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < ROUNDS; i++) {
        Identity nobody = Identity.ephemeral(TransportFixture.RANDOM);
        alice.known.put(
            nobody.id(),
            new PeerLocator.Whereabouts(
                ImmutableList.of((InetSocketAddress) dead.getLocalSocketAddress()),
                ImmutableList.of(alice.carrier)));
        leases.add(alice.transport.want(nobody.id()));
      }
      knockWithGarbage(dead, bob);
      await().atMost(LONG).until(() -> heldBy(bob).switched().strangers() > 0);
      assertThat(heldBy(alice).switched().flows()).isEqualTo(ROUNDS);
      leases.forEach(LinkLease::close);
      awaitNothingHeld(alice);
      awaitNothingHeld(bob);
    }
    assertThat(alice.events).hasSize(ROUNDS).allMatch(e -> e.contains("no answer from"));
    assertThat(bob.events).isEmpty();
  }

  /** Packets that begin as an Initial does, and are none. */
  private static void knockWithGarbage(DatagramSocket from, Endpoint at) throws Exception {
    Random random = new Random(31);
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[1200 + random.nextInt(100)];
      random.nextBytes(bytes);
      bytes[0] = (byte) (0xc0 | random.nextInt(16));
      bytes[1] = 0;
      bytes[2] = 0;
      bytes[3] = 0;
      bytes[4] = 1;
      bytes[5] = (byte) (8 + random.nextInt(13));
      from.send(new DatagramPacket(bytes, bytes.length, at.address()));
    }
  }

  @Test
  void dialsThatAreRefused() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint mallory = fixture.endpoint();
    List<LinkLease> leases = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Identity bob = Identity.ephemeral(TransportFixture.RANDOM);
      alice.known.put(
          bob.id(),
          new PeerLocator.Whereabouts(ImmutableList.of(mallory.address()), ImmutableList.of()));
      leases.add(alice.transport.want(bob.id()));
    }
    await().atMost(LONG).until(() -> alice.events.size() >= 30);
    leases.forEach(LinkLease::close);
    awaitNothingHeld(alice);
    awaitNothingHeld(mallory);
  }

  @Test
  void linksThatComeUpAndGo() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    alice.knowsAddressOf(bob);
    for (int i = 0; i < ROUNDS; i++) {
      LinkLease lease = alice.transport.want(bob.id());
      await().pollInterval(Duration.ofMillis(2)).atMost(LONG).until(() -> alice.link(bob) != null);
      Connection link = (Connection) alice.link(bob);
      lease.close();
      alice.onLoop(() -> link.close(Goodbye.Reason.SHUTTING_DOWN, ""));
      await().pollInterval(Duration.ofMillis(2)).atMost(LONG).until(() -> alice.link(bob) == null);
    }
    awaitNothingHeld(alice);
    awaitNothingHeld(bob);
  }

  @Test
  void aLeaseThatIsOverAsksForNothing() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    LinkLease lease = alice.transport.want(bob.id());
    lease.close();
    lease.close();
    lease.retryNow();
    awaitNothingHeld(alice);
  }
}
