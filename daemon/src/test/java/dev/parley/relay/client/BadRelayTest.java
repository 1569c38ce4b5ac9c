package dev.parley.relay.client;

import static dev.parley.relay.client.RecordingListener.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.RelayProof;
import dev.parley.relay.TestRelays;
import dev.parley.relay.v1.Answer;
import dev.parley.relay.v1.Challenge;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.GoAway;
import dev.parley.relay.v1.Pong;
import dev.parley.relay.v1.ServerFrame;
import dev.parley.relay.v1.Welcome;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Relays that are of another kind, broken, or hostile: each gets its own word. */
final class BadRelayTest {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final Identity relay = ThrowawayIdentity.create();
  private final Identity node = ThrowawayIdentity.create();
  private final RecordingListener listener = new RecordingListener();
  private RelayClient client;

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private RelayClient connect(RelayUrl url) {
    client =
        RelayClient.create(
            url,
            new RelayEnvironment(node, loop, Runnable::run, new SecureRandom(), Optional.empty()),
            listener);
    loop.execute(client::start);
    return client;
  }

  private ScriptedRelay scripted(
      Supplier<WebSocketFrame> greeting, Function<ClientFrame, Optional<ServerFrame>> reply)
      throws Exception {
    ScriptedRelay scripted = new ScriptedRelay(group, relay, greeting, reply);
    connect(scripted.url());
    return scripted;
  }

  private static Challenge.Builder challenge(PeerId relay) {
    return Challenge.newBuilder()
        .setMinVersion(1)
        .setMaxVersion(1)
        .setRelayId(relay.key())
        .setNonce(ByteString.copyFrom(new byte[32]));
  }

  private static Supplier<WebSocketFrame> first(Challenge.Builder challenge) {
    return () -> ScriptedRelay.frame(ServerFrame.newBuilder().setChallenge(challenge).build());
  }

  private static Optional<ServerFrame> silence(ClientFrame frame) {
    return Optional.empty();
  }

  private ServerFrame welcome(Answer answer) {
    RelayProof proof =
        new RelayProof(relay.id(), ByteString.copyFrom(new byte[32]), node.id(), answer.getNonce());
    return ServerFrame.newBuilder()
        .setWelcome(Welcome.newBuilder().setSignature(proof.signAsRelay(relay)))
        .build();
  }

  @Test
  void aRelayOfALaterVersionIsNamedAsSuchAndGetsNoSignature() throws Exception {
    ScriptedRelay scripted =
        scripted(
            first(challenge(relay.id()).setMinVersion(2).setMaxVersion(3)), BadRelayTest::silence);

    RelayProblem problem = await(listener.problems);
    assertThat(problem).isEqualTo(new RelayProblem.OtherVersion(2, 3));
    assertThat(problem.sentence()).contains("2 to 3", "this program 1");
    assertThat(scripted.answers).hasValue(0);
  }

  @Test
  void aRelayThatClaimsAnotherKeyThanItsCertificateGetsNoSignature() throws Exception {
    PeerId other = ThrowawayIdentity.create().id();
    ScriptedRelay scripted = scripted(first(challenge(other)), BadRelayTest::silence);

    assertThat(await(listener.problems))
        .isEqualTo(new RelayProblem.WrongKey(Optional.of(other), relay.id()));
    assertThat(scripted.answers).hasValue(0);
  }

  @Test
  void aRelayThatDoesNotProveItsKeyIsNotUsed() throws Exception {
    scripted(
        first(challenge(relay.id())),
        frame ->
            Optional.of(
                ServerFrame.newBuilder()
                    .setWelcome(
                        Welcome.newBuilder().setSignature(ByteString.copyFrom(new byte[64])))
                    .build()));

    assertThat(await(listener.problems).sentence()).contains("did not prove the key");
    assertThat(listener.greetings).isEmpty();
  }

  @Test
  void aRelayThatSpeaksTextIsNoRelay() throws Exception {
    scripted(() -> new TextWebSocketFrame("hello"), BadRelayTest::silence);

    assertThat(await(listener.problems)).isInstanceOf(RelayProblem.NoRelay.class);
  }

  @Test
  void whatARelaySaysInPartingIsUnderstood() throws Exception {
    scripted(
        first(challenge(relay.id())),
        frame ->
            Optional.of(
                ServerFrame.newBuilder()
                    .setGoAway(
                        GoAway.newBuilder()
                            .setReason(GoAway.Reason.RATE_LIMITED)
                            .setRetryAfterMillis(5_000))
                    .build()));

    assertThat(await(listener.problems))
        .isEqualTo(new RelayProblem.RateLimited(Duration.ofSeconds(5)));
  }

  @Test
  void nonsenseInAWelcomeIsLeftOut() throws Exception {
    scripted(
        first(challenge(relay.id())),
        frame ->
            frame.hasAnswer()
                ? Optional.of(
                    ServerFrame.newBuilder()
                        .setWelcome(
                            welcome(frame.getAnswer()).getWelcome().toBuilder()
                                .setObservedIp(ByteString.copyFrom(new byte[5]))
                                .setStunPort(70_000)
                                .setMaxDatagramBytes(-1))
                        .build())
                : Optional.empty());

    RelayGreeting greeting = await(listener.greetings);
    assertThat(greeting.observed()).isEmpty();
    assertThat(greeting.stun()).isEmpty();
    assertThat(greeting.maxDatagramBytes()).isEqualTo(65_535);
  }

  @Test
  void aRelayThatHasGoneMuteIsLeftAfterACheckAndDialledAgain() throws Exception {
    AtomicBoolean mute = new AtomicBoolean();
    ScriptedRelay scripted =
        scripted(
            first(challenge(relay.id())),
            frame -> {
              if (frame.hasAnswer()) {
                return Optional.of(welcome(frame.getAnswer()));
              }
              return mute.get()
                  ? Optional.empty()
                  : Optional.of(
                      ServerFrame.newBuilder()
                          .setPong(Pong.newBuilder().setToken(frame.getPing().getToken()))
                          .build());
            });
    await(listener.rtts);
    mute.set(true);
    await(listener.greetings);
    loop.submit(client::checkNow).sync();

    assertThat(await(listener.problems).sentence()).contains("did not answer a ping");
    await(listener.greetings);
    assertThat(scripted.connections).hasValue(2);
  }

  @Test
  void aCheckOnTopOfAnotherThatWasAnsweredAsksAgain() throws Exception {
    AtomicBoolean mute = new AtomicBoolean();
    ScriptedRelay scripted =
        scripted(
            first(challenge(relay.id())),
            frame -> {
              if (frame.hasAnswer()) {
                return Optional.of(welcome(frame.getAnswer()));
              }
              return mute.get()
                  ? Optional.empty()
                  : Optional.of(
                      ServerFrame.newBuilder()
                          .setPong(Pong.newBuilder().setToken(frame.getPing().getToken()))
                          .build());
            });
    await(listener.rtts);
    await(listener.greetings);
    loop.submit(client::checkNow).sync();
    await(listener.rtts);
    mute.set(true);
    loop.submit(client::checkNow).sync();

    assertThat(await(listener.problems).sentence()).contains("did not answer a ping");
    await(listener.greetings);
    assertThat(scripted.connections).hasValue(2);
  }

  @Test
  void aServerThatSpeaksNoTlsIsNoRelay() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, TestRelays.loopback(0).getAddress())) {
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = server.accept()) {
                  socket
                      .getOutputStream()
                      .write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII));
                  while (socket.getInputStream().read() >= 0) {
                    // Until the client has had enough.
                  }
                } catch (java.io.IOException e) {
                  // It hung up: that is what is waited for.
                }
              });
      connect(
          new RelayUrl(
              "127.0.0.1", server.getLocalPort(), "/parley", false, Optional.of(relay.id())));
      assertThat(await(listener.problems).sentence()).contains("speaks no TLS");
      served.get(20, TimeUnit.SECONDS);
    }
  }
}
