package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.ImmutableList;
import dev.parley.link.LinkPath;
import dev.parley.nat.ice.IceEngine;
import dev.parley.nat.ice.IceLocals;
import dev.parley.transport.TransportFixture;
import dev.parley.transport.TransportFixture.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real transports, sockets and checks on loopback; all that a relay does is in memory. */
class IceOverRelayTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final TransportFixture fixture = new TransportFixture();
  private final List<Runnable> endings = new ArrayList<>();

  @AfterEach
  void close() {
    endings.forEach(Runnable::run);
    fixture.close();
  }

  private IceEngine withIce(Endpoint endpoint) throws Exception {
    var paths = endpoint.transport.paths();
    IceEngine engine = IceEngine.on(endpoint.udp.eventLoop(), paths::sendStun);
    IceDriver driver =
        new IceDriver(
            new IceDriver.Surroundings(
                endpoint.id(),
                engine,
                paths,
                endpoint.transport::sendIce,
                () ->
                    new IceLocals(
                        ImmutableList.of(endpoint.address()),
                        ImmutableList.of(),
                        ImmutableList.of()),
                peer -> true,
                new StrangerAttempts(),
                endpoint.udp.eventLoop(),
                System::nanoTime,
                TransportFixture.RANDOM));
    endpoint.onLoop(
        () ->
            paths.onStun(
                (from, packet) -> {
                  boolean taken = engine.onStun(packet, from);
                }));
    endpoint.transport.onIce(driver::onSignal);
    endpoint.transport.addListener(driver);
    endings.add(() -> endpoint.udp.eventLoop().submit(driver::close).syncUninterruptibly());
    return engine;
  }

  @Test
  void peersThatKnowOnlyTheirRelayEndUpDirectByIce() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    withIce(alice);
    withIce(bob);
    alice.knowsRelayOf(bob);

    alice.transport.want(bob.id());

    await().atMost(LONG).until(() -> alice.link(bob) != null && bob.link(alice) != null);
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(alice.link(bob).path().kind()).isEqualTo(LinkPath.Kind.DIRECT);
              assertThat(bob.link(alice).path().kind()).isEqualTo(LinkPath.Kind.DIRECT);
            });
    assertThat(alice.link(bob).path().remote()).isEqualTo("127.0.0.1:" + bob.address().getPort());
  }
}
