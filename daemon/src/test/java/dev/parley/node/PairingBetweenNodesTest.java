package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.parley.config.NodeConfig;
import dev.parley.config.NodeConfig.MessageLimits;
import dev.parley.contacts.Contact;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.PassphraseSource;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.pairing.PairedPeer;
import dev.parley.pairing.PairingException;
import dev.parley.pairing.PairingException.Reason;
import dev.parley.pairing.PairingInvitation;
import dev.parley.pairing.PairingListener;
import dev.parley.pairing.PairingPlan;
import dev.parley.pairing.Pairings;
import dev.parley.proto.home.NodeHome;
import dev.parley.relay.TestRelays;
import dev.parley.relay.server.RelayServer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes and whole relays in this process. */
class PairingBetweenNodesTest {
  @TempDir Path directory;

  private final List<AutoCloseable> open = new ArrayList<>();
  private RelayServer relay;
  private Node alice;
  private Node bob;

  @BeforeEach
  void start() throws Exception {
    relay = relay();
    alice = node("alice", relay.url());
    bob = node("bob", relay.url());
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void whoTypesTheCodeIsAContactOnBothSidesVerified() throws Exception {
    Heard inviting = new Heard();
    alice.pairings().invite(plan("", "alice"), inviting);
    PairingInvitation invitation = inviting.invitation();
    assertThat(invitation.relay()).isEqualTo(relay.url());
    assertThat(invitation.expiresAt())
        .isBetween(Clock.systemUTC().instant(), Clock.systemUTC().instant().plusSeconds(601));

    long begun = System.nanoTime();
    Heard accepting = accept(bob, invitation.code(), plan("ally", "bob"));
    assertThat(accepting.peer()).isEqualTo(new PairedPeer(alice.id(), "ally"));
    assertThat(inviting.peer()).isEqualTo(new PairedPeer(bob.id(), "bob"));
    System.out.printf(
        "from the code typed to contacts on both sides: %d ms%n",
        Duration.ofNanos(System.nanoTime() - begun).toMillis());
    assertThat(alice.contacts().list()).singleElement().matches(Contact::verified);
    Contact ally = bob.contacts().find("ally").orElseThrow();
    assertThat(ally.verified()).isTrue();
    assertThat(ally.relays()).contains(relay.url());
  }

  @Test
  void aWrongCodeKillsTheRightOneOnBothSides() throws Exception {
    Heard inviting = new Heard();
    alice.pairings().invite(PairingPlan.DEFAULT, inviting);
    String code = inviting.invitation().code();
    String wrong = code.substring(0, code.indexOf('-')) + "-abacus-abacus";
    assertThat(accept(bob, wrong, PairingPlan.DEFAULT).problem()).isEqualTo(Reason.WRONG_CODE);
    assertThat(inviting.problem()).isEqualTo(Reason.WRONG_CODE);
    assertThat(accept(bob, code, PairingPlan.DEFAULT).problem())
        .isEqualTo(Reason.NO_SUCH_INVITATION);
    assertThat(alice.contacts().list()).isEmpty();
    assertThat(bob.contacts().list()).isEmpty();
  }

  @Test
  void aMistypedWordDoesNotUseTheCodeUp() throws Exception {
    Heard inviting = new Heard();
    alice.pairings().invite(PairingPlan.DEFAULT, inviting);
    String code = inviting.invitation().code();
    assertThat(accept(bob, code + "q", PairingPlan.DEFAULT).problem()).isEqualTo(Reason.BAD_CODE);
    assertThat(accept(bob, code, PairingPlan.DEFAULT).peer().peer()).isEqualTo(alice.id());
  }

  @Test
  void aUsedCodeIsDead() throws Exception {
    Heard inviting = new Heard();
    alice.pairings().invite(PairingPlan.DEFAULT, inviting);
    String code = inviting.invitation().code();
    accept(bob, code, PairingPlan.DEFAULT).peer();
    inviting.peer();
    assertThat(accept(bob, code, PairingPlan.DEFAULT).problem())
        .isEqualTo(Reason.NO_SUCH_INVITATION);
  }

  @Test
  void aCodeOfAnotherRelayIsFoundByItsName() throws Exception {
    RelayServer elsewhere = relay();
    Node carol = node("carol", elsewhere.url());
    Heard inviting = new Heard();
    carol.pairings().invite(PairingPlan.DEFAULT, inviting);
    PairingInvitation invitation = inviting.invitation();
    assertThat(invitation.relay()).isEqualTo(elsewhere.url());
    PairingPlan there =
        new PairingPlan(Optional.of("carol"), "bob", Optional.of(invitation.relay()));
    assertThat(accept(bob, invitation.code(), there).peer().peer()).isEqualTo(carol.id());
  }

  @Test
  void aClosedInvitationIsNoLongerThere() throws Exception {
    Heard inviting = new Heard();
    Pairings.Handle handle = alice.pairings().invite(PairingPlan.DEFAULT, inviting);
    String code = inviting.invitation().code();
    handle.close();
    // A try that comes while the relay has not heard of it meets nobody who answers.
    assertThat(accept(bob, code, PairingPlan.DEFAULT).problem())
        .isIn(Reason.NO_SUCH_INVITATION, Reason.INTERRUPTED);
  }

  @Test
  void withoutARelayThereIsNoCode() throws Exception {
    Node hermit = node("hermit");
    Heard inviting = new Heard();
    hermit.pairings().invite(PairingPlan.DEFAULT, inviting);
    assertThat(inviting.problem()).isEqualTo(Reason.NO_RELAY);
  }

  @Test
  void theOwnCodeAndATakenNameAreRefused() throws Exception {
    Heard inviting = new Heard();
    alice.pairings().invite(PairingPlan.DEFAULT, inviting);
    assertThat(accept(alice, inviting.invitation().code(), PairingPlan.DEFAULT).problem())
        .isEqualTo(Reason.BROKEN);
    bob.contacts().add("alice", alice.ticket(true));
    assertThat(accept(bob, "7-abacus-abacus", plan("alice", "")).problem())
        .isEqualTo(Reason.BAD_NAME);
  }

  @Test
  void pairingsOfANodeAtATimeAreBounded() throws Exception {
    for (int i = 0; i < NodePairings.MAX_RUNNING; i++) {
      alice.pairings().invite(PairingPlan.DEFAULT, new Heard());
    }
    Heard oneTooMany = new Heard();
    alice.pairings().invite(PairingPlan.DEFAULT, oneTooMany);
    assertThat(oneTooMany.problem()).isEqualTo(Reason.LIMIT);
  }

  private static PairingPlan plan(String name, String hint) {
    return new PairingPlan(Optional.of(name).filter(n -> !n.isEmpty()), hint, Optional.empty());
  }

  private static Heard accept(Node node, String code, PairingPlan plan) {
    Heard heard = new Heard();
    node.pairings().accept(code, plan, heard);
    return heard;
  }

  private RelayServer relay() throws Exception {
    RelayServer started = RelayServer.start(ThrowawayIdentity.create(), TestRelays.config());
    open.add(started);
    return started;
  }

  private Node node(String name, RelayUrl... relays) throws Exception {
    Node started =
        Node.start(
            NodeHome.in(directory.resolve(name)),
            new NodeConfig(
                new InetSocketAddress("127.0.0.1", 0),
                ImmutableList.copyOf(relays),
                ImmutableList.of(),
                MessageLimits.DEFAULT,
                false,
                true),
            new Node.Environment("parley/test", PassphraseSource.of(Map.of()), Clock.systemUTC()));
    open.add(started);
    return started;
  }

  private static final class Heard implements PairingListener {
    private final CompletableFuture<PairingInvitation> invited = new CompletableFuture<>();
    private final CompletableFuture<PairedPeer> paired = new CompletableFuture<>();
    private final CompletableFuture<PairingException> failed = new CompletableFuture<>();

    @Override
    public void onInvited(PairingInvitation invitation) {
      invited.complete(invitation);
    }

    @Override
    public void onPaired(PairedPeer peer) {
      paired.complete(peer);
    }

    @Override
    public void onFailed(PairingException problem) {
      failed.complete(problem);
      invited.completeExceptionally(problem);
      paired.completeExceptionally(problem);
    }

    PairingInvitation invitation() throws Exception {
      return invited.get(60, TimeUnit.SECONDS);
    }

    PairedPeer peer() throws Exception {
      return paired.get(60, TimeUnit.SECONDS);
    }

    Reason problem() throws Exception {
      return failed.get(60, TimeUnit.SECONDS).reason();
    }
  }
}
