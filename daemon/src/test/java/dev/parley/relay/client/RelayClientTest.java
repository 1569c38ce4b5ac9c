package dev.parley.relay.client;

import static dev.parley.relay.client.RecordingListener.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.RelayConfig;
import dev.parley.config.RelayConfig.Tls;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.nat.PeerKey;
import dev.parley.relay.TestRelays;
import dev.parley.relay.TestRelays.LimitsBuilder;
import dev.parley.relay.client.RecordingListener.Received;
import dev.parley.relay.server.RelayServer;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients and a relay over loopback, with real TLS. */
final class RelayClientTest {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final List<RelayServer> servers = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();

  /** A client with its listener and key. */
  private final class Node {
    final Identity identity;
    final RecordingListener listener = new RecordingListener();
    final RelayClient client;

    Node(Identity identity, RelayUrl url) {
      this.identity = identity;
      this.client =
          RelayClient.create(
              url,
              new RelayEnvironment(
                  identity, loop, Runnable::run, new SecureRandom(), Optional.empty()),
              listener);
      nodes.add(this);
      loop.execute(client::start);
    }

    PeerKey key() {
      return PeerKey.of(identity.id().toByteArray());
    }

    boolean send(PeerKey target, String text) {
      return loop.submit(
              () -> client.send(target, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)))
          .syncUninterruptibly()
          .getNow();
    }

    Node connected() {
      await(listener.greetings);
      return this;
    }
  }

  @AfterEach
  void stop() {
    nodes.forEach(node -> loop.submit(node.client::close).syncUninterruptibly());
    servers.forEach(RelayServer::close);
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private RelayServer relay() throws Exception {
    RelayServer server = RelayServer.start(ThrowawayIdentity.create(), TestRelays.config());
    servers.add(server);
    return server;
  }

  private Node node(RelayUrl url) {
    return new Node(ThrowawayIdentity.create(), url);
  }

  @Test
  void datagramsPassBothWaysWithTheKeyTheyCameFrom() throws Exception {
    RelayUrl url = relay().url();
    Node alice = node(url).connected();
    Node bob = node(url).connected();

    assertThat(alice.send(bob.key(), "hello bob")).isTrue();
    assertThat(await(bob.listener.received)).isEqualTo(new Received(alice.key(), "hello bob"));
    assertThat(bob.send(alice.key(), "hello alice")).isTrue();
    assertThat(await(alice.listener.received)).isEqualTo(new Received(bob.key(), "hello alice"));
    await(alice.listener.completions);
  }

  @Test
  void theGreetingNamesOurAddressAndWhereStunIsAnswered() throws Exception {
    RelayServer server = relay();
    RelayGreeting greeting = await(node(server.url()).listener.greetings);

    assertThat(greeting.relay()).isEqualTo(server.url().pinned().orElseThrow());
    assertThat(greeting.observed().orElseThrow().getAddress().isLoopbackAddress()).isTrue();
    assertThat(greeting.stun()).contains(server.stunAddress());
    assertThat(greeting.maxDatagramBytes()).isEqualTo(1_500);
  }

  @Test
  void theRoundTripIsMeasuredSoonAfterConnecting() throws Exception {
    Node alice = node(relay().url());

    assertThat(await(alice.listener.rtts)).isPositive();
    assertThat(onLoop(() -> alice.client.rtt())).isPresent();
  }

  @Test
  void aSenderIsToldWhenTheTargetIsNotThere() throws Exception {
    Node alice = node(relay().url()).connected();
    PeerKey nobody = new PeerKey(1, 2, 3, 4);
    alice.send(nobody, "anyone?");

    assertThat(await(alice.listener.absent)).isEqualTo(nobody);
  }

  @Test
  void aRestartOfTheRelayIsRiddenOut() throws Exception {
    Identity relayIdentity = ThrowawayIdentity.create();
    RelayServer first = RelayServer.start(relayIdentity, TestRelays.config());
    Node alice = node(first.url()).connected();
    Node bob = node(first.url()).connected();
    int port = first.address().getPort();

    first.close();
    assertThat(await(alice.listener.problems)).isInstanceOf(RelayProblem.Restarting.class);
    servers.add(
        RelayServer.start(
            relayIdentity,
            TestRelays.config(port, new Tls.SelfSigned(), RelayConfig.Limits.DEFAULT)));
    alice.connected();
    bob.connected();
    alice.send(bob.key(), "still here");

    assertThat(await(bob.listener.received).text()).isEqualTo("still here");
  }

  @Test
  void aRelayWithAnotherKeyIsRefusedAndBothKeysAreNamed() throws Exception {
    RelayUrl real = relay().url();
    Identity expected = ThrowawayIdentity.create();
    RelayUrl wrong =
        new RelayUrl(real.host(), real.port(), real.path(), false, Optional.of(expected.id()));
    Node alice = node(wrong);

    RelayProblem problem = await(alice.listener.problems);
    assertThat(problem).isEqualTo(new RelayProblem.WrongKey(real.pinned(), expected.id()));
    assertThat(problem.sentence())
        .contains(real.pinned().orElseThrow().toString(), expected.id().toString());
    assertThat(alice.listener.greetings).isEmpty();
  }

  @Test
  void aSelfSignedRelayIsNotTrustedAsAWebRelay() throws Exception {
    RelayUrl real = relay().url();
    Node alice = node(new RelayUrl("localhost", real.port(), real.path(), true, real.pinned()));

    assertThat(await(alice.listener.problems)).isInstanceOf(RelayProblem.NotTrusted.class);
  }

  @Test
  void aRelayWithAWebCertificateIsReachedByNameAndNotByItsKeyAlone(@TempDir Path directory)
      throws Exception {
    TestAuthority authority = new TestAuthority();
    Tls.Files files = new Tls.Files(directory.resolve("tls.crt"), directory.resolve("tls.key"));
    authority.issue("localhost", files.certificateChain(), files.privateKey());
    RelayServer server =
        RelayServer.start(
            ThrowawayIdentity.create(), TestRelays.config(files, RelayConfig.Limits.DEFAULT));
    servers.add(server);
    RecordingListener heard = new RecordingListener();
    RelayClient byName =
        RelayClient.create(
            RelayUrl.parse("wss://localhost:" + server.address().getPort()),
            new RelayEnvironment(
                ThrowawayIdentity.create(),
                loop,
                Runnable::run,
                new SecureRandom(),
                Optional.of(authority.trustManager())),
            heard);
    loop.execute(byName::start);

    assertThat(await(heard.greetings).relay()).isEqualTo(server.url().pinned().orElseThrow());
    assertThat(await(node(server.url()).listener.problems).sentence())
        .contains("no parley key", "wss://HOST");
  }

  @Test
  void aClosedPortIsUnreachableAndIsTriedAgain() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, TestRelays.loopback(0).getAddress())) {
      port = taken.getLocalPort();
    }
    Node alice =
        node(
            new RelayUrl(
                "127.0.0.1", port, "/parley", false, Optional.of(ThrowawayIdentity.create().id())));

    assertThat(await(alice.listener.problems).sentence())
        .contains("unreachable", String.valueOf(port), "refused");
    await(alice.listener.problems);
    assertThat(onLoop(() -> alice.client.problem())).isPresent();
  }

  @Test
  void aNameWithoutAnAddressIsSaidToHaveNone() {
    Node alice =
        node(
            new RelayUrl(
                "nobody.invalid",
                443,
                "/parley",
                false,
                Optional.of(ThrowawayIdentity.create().id())));

    assertThat(await(alice.listener.problems).sentence()).contains("nobody.invalid has no address");
  }

  @Test
  void theNewerOfTwoDaemonsWithOneKeyStaysAndTheOlderIsTold() throws Exception {
    RelayUrl url = relay().url();
    Identity shared = ThrowawayIdentity.create();
    Node older = new Node(shared, url).connected();
    Node newer = new Node(shared, url).connected();

    RelayProblem problem = await(older.listener.problems);
    assertThat(problem).isInstanceOf(RelayProblem.Replaced.class);
    assertThat(problem.sentence()).contains("another daemon with the same key");
    Node bob = node(url).connected();
    bob.send(newer.key(), "which one?");
    assertThat(await(newer.listener.received).text()).isEqualTo("which one?");
    assertThat(onLoop(() -> older.client.state())).isEqualTo(RelayClient.State.WAITING);
  }

  @Test
  void aFullRelaySaysSoAndARestartOfAKnownClientStillGetsIn() throws Exception {
    RelayServer server =
        RelayServer.start(
            ThrowawayIdentity.create(),
            TestRelays.config(new Tls.SelfSigned(), LimitsBuilder.limits(b -> b.maxClients = 1)));
    servers.add(server);
    Identity first = ThrowawayIdentity.create();
    new Node(first, server.url()).connected();

    assertThat(await(node(server.url()).listener.problems))
        .isEqualTo(new RelayProblem.Full(Duration.ofSeconds(30)));
    new Node(first, server.url()).connected();
    assertThat(server.stats().refused("clients")).isEqualTo(1);
    assertThat(server.stats().clients()).isEqualTo(1);
  }

  @Test
  void datagramsAreDroppedAndCountedWhileThereIsNoConnectionOrTheyAreTooLarge() throws Exception {
    Node nowhere =
        node(
            new RelayUrl(
                "nobody.invalid",
                1,
                "/parley",
                false,
                Optional.of(ThrowawayIdentity.create().id())));
    assertThat(nowhere.send(new PeerKey(1, 1, 1, 1), "lost")).isFalse();
    assertThat(onLoop(() -> nowhere.client.dropped())).isEqualTo(1);

    Node alice = node(relay().url()).connected();
    assertThat(alice.send(alice.key(), "x".repeat(1_500))).isTrue();
    assertThat(alice.send(alice.key(), "x".repeat(1_501))).isFalse();
    assertThat(await(alice.listener.received).text()).hasSize(1_500);
  }

  @Test
  void aCheckOfALivingRelayChangesNothing() throws Exception {
    Node alice = node(relay().url()).connected();
    await(alice.listener.rtts);
    loop.submit(alice.client::checkNow).sync();
    await(alice.listener.rtts);
    assertThat(onLoop(() -> alice.client.state())).isEqualTo(RelayClient.State.CONNECTED);
    assertThat(alice.listener.problems).isEmpty();
  }

  @Test
  void aCheckWhileWaitingConnectsAtOnce() throws Exception {
    RelayUrl url = relay().url();
    Identity shared = ThrowawayIdentity.create();
    Node older = new Node(shared, url).connected();
    Node newer = new Node(shared, url).connected();
    await(older.listener.problems);
    // It would wait for half a minute now.
    loop.submit(older.client::checkNow).sync();
    older.connected();
    assertThat(await(newer.listener.problems)).isInstanceOf(RelayProblem.Replaced.class);
  }

  @Test
  void aClosedClientIsSilentAndMayBeStartedAgain() throws Exception {
    RelayServer server = relay();
    Node alice = node(server.url()).connected();
    AtomicBoolean idle = new AtomicBoolean();
    loop.submit(
            () -> {
              alice.client.close();
              idle.set(alice.client.state() == RelayClient.State.IDLE);
            })
        .sync();
    assertThat(idle).isTrue();
    Awaitility.await().until(() -> server.stats().clients() == 0);
    assertThat(alice.listener.problems).isEmpty();

    loop.execute(alice.client::start);
    alice.connected();
  }

  private <T> T onLoop(java.util.concurrent.Callable<T> question) {
    return loop.submit(question).syncUninterruptibly().getNow();
  }
}
