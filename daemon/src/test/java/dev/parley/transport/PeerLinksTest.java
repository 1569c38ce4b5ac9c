package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.link.Link;
import dev.parley.link.LinkListener;
import dev.parley.peer.v1.Goodbye;
import dev.parley.transport.TransportFixture.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many links there may be, and how soon one that ended is tried again. */
class PeerLinksTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void linksThatNobodyHereWantsAreBoundedButNotThoseOfPeersThatAreKnown() throws Exception {
    Endpoint bob = fixture.endpoint();
    bob.onLoop(() -> bob.transport.links().limitUnasked(3));
    List<Endpoint> strangers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      strangers.add(dial(bob));
    }
    await().atMost(LONG).until(() -> bob.events.size() == 3);

    Endpoint fourth = dial(bob);
    await().atMost(LONG).until(() -> fourth.events.stream().anyMatch(e -> e.startsWith("down")));
    assertThat(fourth.events).anyMatch(e -> e.contains("BLOCKED: too many peers"));
    assertThat(bob.transport.links().connections()).hasSize(3);

    Endpoint friend = fixture.endpoint();
    bob.onLoop(() -> bob.transport.know(friend.id()::equals));
    friend.knowsAddressOf(bob);
    friend.transport.want(bob.id());
    await().atMost(LONG).until(() -> bob.link(friend) != null);
    assertThat(strangers).allMatch(stranger -> bob.link(stranger) != null);
  }

  private Endpoint dial(Endpoint bob) throws Exception {
    Endpoint stranger = fixture.endpoint();
    stranger.knowsAddressOf(bob);
    stranger.transport.want(bob.id());
    await().atMost(LONG).until(() -> !stranger.events.isEmpty());
    return stranger;
  }

  @Test
  void aPeerThatTakesLinksAndEndsThemAtOnceIsDialledAgainWithPauses() throws Exception {
    Endpoint alice = fixture.endpoint();
    Endpoint bob = fixture.endpoint();
    bob.transport.addListener(
        new LinkListener() {
          @Override
          public void onUp(Link link) {
            ((Connection) link).close(Goodbye.Reason.BLOCKED, "go \u001b[31maway");
          }
        });
    List<Boolean> dialling = new CopyOnWriteArrayList<>();
    alice.transport.addListener(
        new LinkListener() {
          @Override
          public void onDown(Link link, String reason) {
            alice.udp.eventLoop().execute(() -> dialling.add(isDialling(alice)));
          }
        });
    alice.knowsAddressOf(bob);
    alice.transport.want(bob.id());

    await().atMost(LONG).until(() -> dialling.size() >= 3);
    assertThat(dialling.subList(0, 3)).containsOnly(false);
    assertThat(alice.events).anyMatch(e -> e.contains("BLOCKED: go ?[31maway"));
  }

  private static boolean isDialling(Endpoint endpoint) {
    return endpoint.transport.paths().held().flows() > 0;
  }
}
