package dev.parley.relay.client;

import static dev.parley.relay.client.RecordingListener.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.mailbox.Opener;
import dev.parley.mailbox.OwnPrekey;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.Prekeys;
import dev.parley.mailbox.SealedMessage;
import dev.parley.mailbox.Sealer;
import dev.parley.mailbox.SizeClass;
import dev.parley.peer.v1.Envelope;
import dev.parley.proto.id.MessageId;
import dev.parley.relay.TestRelays;
import dev.parley.relay.mailbox.CapabilityHash;
import dev.parley.relay.server.RelayServer;
import dev.parley.relay.v1.AllowDeposits;
import dev.parley.relay.v1.Deposit;
import dev.parley.relay.v1.FetchLetters;
import dev.parley.relay.v1.Letter;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.MailResponse.Status;
import dev.parley.relay.v1.PublishPrekeys;
import dev.parley.relay.v1.RemoveLetters;
import dev.parley.relay.v1.TakePrekeys;
import dev.parley.store.MailDatabase;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail from end to end, over loopback, with real TLS and a real database. */
final class MailTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path directory;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final List<RelayClient> clients = new ArrayList<>();
  private final Identity alice = ThrowawayIdentity.create();
  private final Identity bob = ThrowawayIdentity.create();
  private final ByteString token = random(CapabilityHash.TOKEN_BYTES);
  private MailDatabase database;
  private RelayServer relay;

  @BeforeEach
  void start() throws Exception {
    open(0);
  }

  @AfterEach
  void stop() {
    clients.forEach(client -> loop.submit(client::close).syncUninterruptibly());
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    relay.close();
    database.close();
  }

  private void open(int port) throws Exception {
    database = MailDatabase.open(directory.resolve("mailbox.db"), Clock.systemUTC());
    relay =
        RelayServer.start(
            ThrowawayIdentity.create(),
            TestRelays.config(
                port,
                new dev.parley.config.RelayConfig.Tls.SelfSigned(),
                dev.parley.config.RelayConfig.Limits.DEFAULT),
            database.mail());
  }

  @Test
  void aMessageSealedByOnePeerAndLeftUnderAThrowawayKeyIsOpenedByTheOther() throws Exception {
    OwnPrekey mediumTerm = Prekeys.make(bob, PrekeyKind.MEDIUM_TERM, Instant.now(), RANDOM);
    OwnPrekey oneTime = Prekeys.make(bob, PrekeyKind.ONE_TIME, Instant.now(), RANDOM);
    Client owner = client(bob).allowing(token);
    MailResponse published =
        owner.ask(
            MailRequest.newBuilder()
                .setPublish(
                    PublishPrekeys.newBuilder()
                        .setMediumTerm(mediumTerm.prekey().signed())
                        .addOneTime(oneTime.prekey().signed())));
    assertThat(published.getOneTimePrekeysLeft()).isEqualTo(1);
    owner.close();

    Client depositor = client(ThrowawayIdentity.create());
    MailResponse keys = depositor.ask(take(token));
    assertThat(keys.getMediumTerm()).isEqualTo(mediumTerm.prekey().signed());
    Envelope envelope = envelope("for when you are back");
    SealedMessage sealed =
        new Sealer(alice, RANDOM)
            .seal(envelope, Prekeys.verify(keys.getOneTime(), bob.id()).orElseThrow())
            .orElseThrow();
    assertThat(depositor.ask(deposit(token, sealed.bytes())).getStatus()).isEqualTo(Status.OK);
    assertThat(depositor.ask(take(token)).hasOneTime()).isFalse();

    Client back = client(bob);
    List<Letter> letters = back.ask(fetch(0)).getLettersList();
    assertThat(letters).hasSize(1);
    SealedMessage arrived = whole(letters.get(0).getSealed());
    assertThat(arrived.prekeyId()).isEqualTo(oneTime.prekey().id());
    assertThat(new Opener(bob.id()).open(arrived, oneTime.seed()))
        .isEqualTo(
            new Opener.Opening.Opened(
                alice.id(), new MessageId(envelope.getMessageId()), envelope));
    assertThat(back.ask(remove(letters.get(0).getNumber())).getStatus()).isEqualTo(Status.OK);
    assertThat(back.ask(fetch(0)).getLettersList()).isEmpty();
  }

  @Test
  void aRelayThatKeepsMailSaysSoAndForHowLong() throws Exception {
    assertThat(client(bob).greeting.mailLifetime()).isEqualTo(Duration.ofDays(14));
  }

  @Test
  void anOwnerThatIsThereHearsOfMailAtOnce() throws Exception {
    Client owner = client(bob).allowing(token);
    client(alice).ask(deposit(token, random(SizeClass.SMALL.sealedBytes())));

    await(owner.listener.mail);
  }

  @Test
  void withoutACapabilityNothingIsLeftAndNothingLearned() throws Exception {
    client(bob).allowing(token);
    Client stranger = client(alice);
    ByteString guess = random(CapabilityHash.TOKEN_BYTES);

    assertThat(stranger.ask(take(guess)).getStatus()).isEqualTo(Status.NOT_ALLOWED);
    assertThat(stranger.ask(deposit(guess, random(2_169))).getStatus())
        .isEqualTo(Status.NOT_ALLOWED);
    MailRequest.Builder nobody =
        deposit(token, random(2_169))
            .setDeposit(
                Deposit.newBuilder()
                    .setOwner(alice.id().key())
                    .setToken(token)
                    .setSealed(random(2_169)));
    assertThat(stranger.ask(nobody).getStatus()).isEqualTo(Status.NOT_ALLOWED);
  }

  @Test
  void onlyTheSizesOfSealedMessagesAreTaken() throws Exception {
    client(bob).allowing(token);
    Client depositor = client(alice);
    for (SizeClass size : SizeClass.values()) {
      assertThat(depositor.ask(deposit(token, random(size.sealedBytes()))).getStatus())
          .as("%s", size)
          .isEqualTo(Status.OK);
      assertThat(depositor.ask(deposit(token, random(size.sealedBytes() + 1))).getStatus())
          .as("%s", size)
          .isEqualTo(Status.MALFORMED);
    }
  }

  @Test
  void somebodyElsesPrekeysAreNotPublished() throws Exception {
    Client owner = client(bob).allowing(token);
    OwnPrekey foreign = Prekeys.make(alice, PrekeyKind.MEDIUM_TERM, Instant.now(), RANDOM);
    OwnPrekey oneTime = Prekeys.make(bob, PrekeyKind.ONE_TIME, Instant.now(), RANDOM);
    PublishPrekeys.Builder many = PublishPrekeys.newBuilder();
    for (int i = 0; i < 33; i++) {
      many.addOneTime(oneTime.prekey().signed());
    }
    for (PublishPrekeys.Builder bad :
        List.of(
            PublishPrekeys.newBuilder().setMediumTerm(foreign.prekey().signed()),
            PublishPrekeys.newBuilder().setMediumTerm(oneTime.prekey().signed()),
            many)) {
      assertThat(owner.ask(MailRequest.newBuilder().setPublish(bad)).getStatus())
          .isEqualTo(Status.MALFORMED);
    }
    assertThat(client(alice).ask(take(token)).hasMediumTerm()).isFalse();
  }

  @Test
  void whatWasTakenIsThereAfterARestartOfTheRelay() throws Exception {
    client(bob).allowing(token);
    client(alice).ask(deposit(token, random(SizeClass.LARGEST.sealedBytes())));
    relay.close();
    database.close();
    open(0);

    assertThat(client(bob).ask(fetch(0)).getLettersList()).hasSize(1);
  }

  @Test
  void fiveRequestsAtOnceAreTooMany() throws Exception {
    Client owner = client(bob).allowing(token);
    List<CompletionStage<MailResponse>> answers =
        loop.submit(
                () -> {
                  List<CompletionStage<MailResponse>> all = new ArrayList<>();
                  for (int i = 0; i <= MailExchange.MAX_OUTSTANDING; i++) {
                    all.add(owner.client.ask(fetch(0).build()));
                  }
                  return all;
                })
            .get();

    assertThatThrownBy(() -> get(answers.get(MailExchange.MAX_OUTSTANDING)))
        .hasMessageContaining("too many");
    assertThat(get(answers.get(0)).getStatus()).isEqualTo(Status.OK);
  }

  @Test
  void aRequestFailsWhenTheRelayGoes() throws Exception {
    Client owner = client(bob);
    relay.close();

    assertThatThrownBy(() -> owner.ask(fetch(0))).hasMessageContaining("relay is");
  }

  private MailRequest.Builder take(ByteString token) {
    return MailRequest.newBuilder()
        .setTakePrekeys(TakePrekeys.newBuilder().setOwner(bob.id().key()).setToken(token));
  }

  private MailRequest.Builder deposit(ByteString token, ByteString sealed) {
    return MailRequest.newBuilder()
        .setDeposit(
            Deposit.newBuilder().setOwner(bob.id().key()).setToken(token).setSealed(sealed));
  }

  private static MailRequest.Builder fetch(long after) {
    return MailRequest.newBuilder().setFetch(FetchLetters.newBuilder().setAfter(after));
  }

  private static MailRequest.Builder remove(long number) {
    return MailRequest.newBuilder().setRemove(RemoveLetters.newBuilder().addNumbers(number));
  }

  private static SealedMessage whole(ByteString bytes) {
    return ((SealedMessage.Parsed.Whole) SealedMessage.parse(bytes)).message();
  }

  private static Envelope envelope(String text) {
    return Envelope.newBuilder()
        .setMessageId(MessageId.next(Instant.now(), RANDOM).bytes())
        .setContentType("text/plain")
        .setBody(ByteString.copyFromUtf8(text))
        .build();
  }

  private static ByteString random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return ByteString.copyFrom(random);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private Client client(Identity identity) {
    return new Client(identity, relay.url());
  }

  private final class Client {
    final RecordingListener listener = new RecordingListener();
    final RelayClient client;
    final RelayGreeting greeting;

    Client(Identity identity, RelayUrl url) {
      client =
          RelayClient.create(
              url,
              new RelayEnvironment(identity, loop, Runnable::run, RANDOM, Optional.empty()),
              listener);
      clients.add(client);
      loop.execute(client::start);
      greeting = await(listener.greetings);
    }

    Client allowing(ByteString token) throws Exception {
      CapabilityHash hash = CapabilityHash.ofToken(token).orElseThrow();
      MailResponse answer =
          ask(
              MailRequest.newBuilder()
                  .setAllow(AllowDeposits.newBuilder().addCapabilityHashes(hash.bytes())));
      assertThat(answer.getStatus()).isEqualTo(Status.OK);
      return this;
    }

    MailResponse ask(MailRequest.Builder request) throws Exception {
      CompletableFuture<MailResponse> answer = new CompletableFuture<>();
      loop.execute(
          () ->
              client
                  .ask(request.build())
                  .whenComplete(
                      (response, failure) -> {
                        if (failure != null) {
                          answer.completeExceptionally(failure);
                        } else {
                          answer.complete(response);
                        }
                      }));
      return get(answer);
    }

    void close() {
      loop.submit(client::close).syncUninterruptibly();
    }
  }
}
