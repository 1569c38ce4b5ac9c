package dev.parley.relay.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.config.RelayConfig.MailboxLimits;
import dev.parley.identity.Identity;
import dev.parley.identity.TestIdentities;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.Prekeys;
import dev.parley.mailbox.SealedMessage;
import dev.parley.mailbox.Sealer;
import dev.parley.peer.v1.Envelope;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.v1.AllowDeposits;
import dev.parley.relay.v1.Deposit;
import dev.parley.relay.v1.FetchLetters;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.PublishPrekeys;
import dev.parley.relay.v1.TakePrekeys;
import dev.parley.store.MailDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of mail when the relay's clock is wrong. */
class MailroomTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Duration TEN_YEARS = Duration.ofDays(3_652);
  private static final Identity ALICE = TestIdentities.of(1);
  private static final Identity BOB = TestIdentities.of(2);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ByteString TOKEN = ByteString.copyFrom(new byte[CapabilityHash.TOKEN_BYTES]);

  @TempDir Path directory;
  private final SetClock clock = new SetClock();
  private MailDatabase database;
  private Mailroom mailroom;

  @BeforeEach
  void open() throws Exception {
    database = MailDatabase.open(directory.resolve("mailbox.db"), clock);
    mailroom = new Mailroom(database.mail(), MailboxLimits.DEFAULT, clock);
    purge();
    AllowDeposits.Builder allow =
        AllowDeposits.newBuilder()
            .addCapabilityHashes(CapabilityHash.ofToken(TOKEN).orElseThrow().bytes());
    ask(BOB.id(), MailRequest.newBuilder().setAllow(allow));
    publish();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void aClockThatIsYearsAheadForAnHourCostsNoLetterAndNoMailbox() throws Exception {
    deposit();
    clock.set(NOW.plus(TEN_YEARS));
    purge();
    assertThat(letters()).isEqualTo(1);
    assertThat(keyIsThere()).isTrue();
    deposit();
    restart();
    assertThat(letters()).isEqualTo(2);

    clock.set(NOW.plusSeconds(7_200));
    purge();
    assertThat(letters()).isEqualTo(2);
  }

  @Test
  void aLetterThatCameWhileTheClockWasYearsBehindIsKeptWhenItIsRightAgain() throws Exception {
    clock.set(NOW.minus(TEN_YEARS));
    purge();
    assertThat(keyIsThere()).isTrue();
    deposit();
    clock.set(NOW.plusSeconds(7_200));
    purge();
    restart();
    assertThat(letters()).isEqualTo(1);
  }

  @Test
  void aLetterGoesWhenTheRelayHasRunForItsLifetime() {
    deposit();
    for (Duration ran = Duration.ZERO;
        ran.compareTo(MailboxLimits.DEFAULT.lifetime()) <= 0;
        ran = ran.plusHours(2)) {
      clock.set(NOW.plus(ran));
      purge();
    }
    assertThat(letters()).isEqualTo(1);
    clock.set(NOW.plus(MailboxLimits.DEFAULT.lifetime()).plusSeconds(3_600));
    purge();
    assertThat(letters()).isZero();
  }

  private void purge() {
    mailroom.purge().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private void restart() throws Exception {
    database.close();
    database = MailDatabase.open(directory.resolve("mailbox.db"), clock);
    mailroom = new Mailroom(database.mail(), MailboxLimits.DEFAULT, clock);
    purge();
  }

  private void publish() {
    PublishPrekeys.Builder keys =
        PublishPrekeys.newBuilder()
            .setMediumTerm(
                Prekeys.make(BOB, PrekeyKind.MEDIUM_TERM, NOW, RANDOM).prekey().signed());
    ask(BOB.id(), MailRequest.newBuilder().setPublish(keys));
  }

  private boolean keyIsThere() {
    TakePrekeys.Builder take = TakePrekeys.newBuilder().setOwner(BOB.id().key()).setToken(TOKEN);
    return ask(ALICE.id(), MailRequest.newBuilder().setTakePrekeys(take)).hasMediumTerm();
  }

  private void deposit() {
    Envelope envelope =
        Envelope.newBuilder()
            .setMessageId(MessageId.next(NOW, new java.util.Random(1)).bytes())
            .setBody(ByteString.copyFromUtf8("for you"))
            .build();
    SealedMessage sealed =
        new Sealer(ALICE, RANDOM)
            .seal(envelope, Prekeys.make(BOB, PrekeyKind.MEDIUM_TERM, NOW, RANDOM).prekey())
            .orElseThrow();
    Deposit.Builder deposit =
        Deposit.newBuilder().setOwner(BOB.id().key()).setToken(TOKEN).setSealed(sealed.bytes());
    ask(ALICE.id(), MailRequest.newBuilder().setDeposit(deposit));
  }

  private int letters() {
    return ask(BOB.id(), MailRequest.newBuilder().setFetch(FetchLetters.getDefaultInstance()))
        .getLettersCount();
  }

  private MailResponse ask(PeerId who, MailRequest.Builder request) {
    MailResponse response =
        mailroom
            .handle(who, request.build())
            .toCompletableFuture()
            .orTimeout(30, TimeUnit.SECONDS)
            .join();
    assertThat(response.getStatus()).isEqualTo(MailResponse.Status.OK);
    return response;
  }

  /** The clock of a machine on which somebody sets it. */
  private static final class SetClock extends Clock {
    private volatile Instant now = NOW;

    void set(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
