package dev.parley.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.config.RelayConfig.MailboxLimits;
import dev.parley.identity.Identity;
import dev.parley.identity.TestIdentities;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.PrekeySchedule;
import dev.parley.mailbox.Prekeys;
import dev.parley.mailbox.PublicPrekey;
import dev.parley.messaging.StorageFailure;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.relay.mailbox.CapabilityHash;
import dev.parley.relay.mailbox.Letter;
import dev.parley.relay.mailbox.MailStore;
import dev.parley.relay.mailbox.MailStore.Contents;
import dev.parley.relay.mailbox.MailStore.Keys;
import dev.parley.relay.mailbox.MailStore.Outcome;
import dev.parley.relay.mailbox.MailStore.Publication;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailDatabaseTest {
  private static final Instant NOW = StoredMessages.NOW;
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Identity BOB = TestIdentities.of(2);
  private static final Identity CAROL = TestIdentities.of(3);
  private static final CapabilityHash ALICES = hash(1);
  private static final CapabilityHash DAVES = hash(2);
  private static final MailboxLimits LIMITS =
      new MailboxLimits(Duration.ofDays(14), 2, 4, 10_000, 3, 1 << 30, 20);

  @TempDir Path directory;

  private MailDatabase database;
  private MailStore mail;

  @BeforeEach
  void open() throws Exception {
    database = MailDatabase.open(directory.resolve("mailbox.db"), CLOCK);
    mail = database.mail();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void nobodyLeavesMailWhereNoneWasAskedFor() {
    assertThat(deposit(BOB, ALICES, 100)).isEqualTo(Outcome.NOT_ALLOWED);
    assertThat(await(mail.takeKeys(BOB.id(), ALICES, NOW))).isEmpty();
    assertThat(await(mail.visit(BOB.id(), NOW))).isEqualTo(Contents.NONE);
    assertThat(await(mail.publish(BOB.id(), oneTime(1), NOW))).isEqualTo(Outcome.NOT_ALLOWED);
  }

  @Test
  void aCapabilityOpensTheMailboxOfItsOwnerOnlyAndUntilItIsTakenBack() {
    allow(BOB, ALICES);
    allow(CAROL);

    assertThat(deposit(BOB, ALICES, 100)).isEqualTo(Outcome.TAKEN);
    assertThat(deposit(CAROL, ALICES, 100)).isEqualTo(Outcome.NOT_ALLOWED);
    assertThat(deposit(BOB, DAVES, 100)).isEqualTo(Outcome.NOT_ALLOWED);

    allow(BOB, DAVES);
    assertThat(deposit(BOB, ALICES, 100)).isEqualTo(Outcome.NOT_ALLOWED);
    assertThat(deposit(BOB, DAVES, 100)).isEqualTo(Outcome.TAKEN);
    assertThat(letters(BOB)).as("what has come stays").hasSize(2);
  }

  @Test
  void lettersAreFetchedInTheirOrderAndForgottenOnceTaken() {
    allow(BOB, ALICES);
    for (int bytes : new int[] {10, 20, 30}) {
      deposit(BOB, ALICES, bytes);
    }
    List<Letter> letters = letters(BOB);

    assertThat(letters).extracting(letter -> letter.sealed().size()).containsExactly(10, 20, 30);
    assertThat(letters).extracting(Letter::depositedAt).containsOnly(NOW);
    await(mail.remove(BOB.id(), List.of(letters.get(0).number(), letters.get(1).number(), 99L)));
    assertThat(letters(BOB)).containsExactly(letters.get(2));
    assertThat(await(mail.visit(BOB.id(), NOW)).letters()).isEqualTo(1);
  }

  @Test
  void nobodyTakesTheMailOfAnother() {
    allow(BOB, ALICES);
    allow(CAROL);
    deposit(BOB, ALICES, 10);
    Letter letter = letters(BOB).get(0);

    await(mail.remove(CAROL.id(), List.of(letter.number())));
    assertThat(letters(CAROL)).isEmpty();
    assertThat(letters(BOB)).containsExactly(letter);
  }

  @Test
  void aNumberIsNeverGivenTwice() {
    allow(BOB, ALICES);
    deposit(BOB, ALICES, 10);
    long first = letters(BOB).get(0).number();
    await(mail.remove(BOB.id(), List.of(first)));
    deposit(BOB, ALICES, 10);

    assertThat(letters(BOB).get(0).number()).isGreaterThan(first);
  }

  @Test
  void aPageHasItsBoundsAndAtLeastOneLetter() {
    allow(BOB, ALICES);
    for (int i = 0; i < 3; i++) {
      deposit(BOB, ALICES, 1_000);
    }

    assertThat(await(mail.fetch(BOB.id(), 0, 2, 1 << 20))).hasSize(2);
    assertThat(await(mail.fetch(BOB.id(), 0, 9, 2_500))).hasSize(2);
    assertThat(await(mail.fetch(BOB.id(), 0, 9, 1))).hasSize(1);
    long last = letters(BOB).get(2).number();
    assertThat(await(mail.fetch(BOB.id(), last - 1, 9, 1 << 20))).hasSize(1);
  }

  @Test
  void oneContactCannotFillTheMailbox() {
    allow(BOB, ALICES, DAVES);
    for (int i = 0; i < 3; i++) {
      assertThat(deposit(BOB, ALICES, 10)).isEqualTo(Outcome.TAKEN);
    }

    assertThat(deposit(BOB, ALICES, 10)).isEqualTo(Outcome.DEPOSITOR_FULL);
    assertThat(deposit(BOB, DAVES, 10)).isEqualTo(Outcome.TAKEN);
  }

  @Test
  void aMailboxTakesSoManyMessages() {
    allow(BOB, ALICES, DAVES);
    for (int i = 0; i < 4; i++) {
      deposit(BOB, i < 2 ? ALICES : DAVES, 10);
    }

    assertThat(deposit(BOB, ALICES, 10)).isEqualTo(Outcome.MAILBOX_FULL);
    await(mail.remove(BOB.id(), List.of(letters(BOB).get(0).number())));
    assertThat(deposit(BOB, ALICES, 10)).isEqualTo(Outcome.TAKEN);
  }

  @Test
  void aMailboxTakesSoManyBytes() {
    allow(BOB, ALICES);

    assertThat(deposit(BOB, ALICES, 9_000)).isEqualTo(Outcome.TAKEN);
    assertThat(deposit(BOB, ALICES, 1_001)).isEqualTo(Outcome.MAILBOX_FULL);
    assertThat(deposit(BOB, ALICES, 1_000)).isEqualTo(Outcome.TAKEN);
  }

  @Test
  void theRelayKeepsSoManyMailboxesAndSoManyBytes() {
    allow(BOB, ALICES);
    allow(CAROL, ALICES);
    assertThat(await(mail.allow(TestIdentities.of(4).id(), ImmutableSet.of(), LIMITS, NOW)))
        .isEqualTo(Outcome.RELAY_FULL);
    assertThat(await(mail.allow(BOB.id(), ImmutableSet.of(ALICES), LIMITS, NOW)))
        .as("who has one may change it")
        .isEqualTo(Outcome.TAKEN);

    MailboxLimits tight =
        new MailboxLimits(Duration.ofDays(14), 2, 1_000, 1 << 30, 1_000, 200_000, 20);
    Outcome outcome = Outcome.TAKEN;
    for (int i = 0; i < 20 && outcome == Outcome.TAKEN; i++) {
      outcome =
          await(mail.deposit(BOB.id(), ALICES, ByteString.copyFrom(new byte[20_000]), tight, NOW));
    }
    assertThat(outcome).isEqualTo(Outcome.RELAY_FULL);
  }

  @Test
  void aOneTimeKeyIsGivenOutOnce() {
    allow(BOB, ALICES);
    PublicPrekey mediumTerm = prekey(PrekeyKind.MEDIUM_TERM, NOW);
    Publication keys = oneTime(2);
    await(mail.publish(BOB.id(), new Publication(Optional.of(mediumTerm), keys.oneTime()), NOW));

    List<Optional<SignedPrekey>> given = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Keys taken = await(mail.takeKeys(BOB.id(), ALICES, NOW)).orElseThrow();
      assertThat(taken.mediumTerm()).contains(mediumTerm.signed());
      given.add(taken.oneTime());
    }
    assertThat(given)
        .containsExactlyInAnyOrder(
            Optional.of(keys.oneTime().get(0).signed()),
            Optional.of(keys.oneTime().get(1).signed()),
            Optional.empty());
    assertThat(await(mail.takeKeys(BOB.id(), DAVES, NOW))).isEmpty();
  }

  @Test
  void soManyOneTimeKeysAreKept() {
    allow(BOB, ALICES);
    await(mail.publish(BOB.id(), oneTime(PrekeySchedule.ONE_TIME_KEYS - 1), NOW));
    await(mail.publish(BOB.id(), oneTime(2), NOW));

    assertThat(await(mail.visit(BOB.id(), NOW)).oneTimeKeys())
        .isEqualTo(PrekeySchedule.ONE_TIME_KEYS);
  }

  @Test
  void keysThatAreTooOldAreNotGivenOut() {
    allow(BOB, ALICES);
    PublicPrekey mediumTerm = prekey(PrekeyKind.MEDIUM_TERM, NOW);
    await(
        mail.publish(
            BOB.id(), new Publication(Optional.of(mediumTerm), oneTime(1).oneTime()), NOW));
    Instant later = NOW.plus(Prekeys.USE);

    assertThat(await(mail.takeKeys(BOB.id(), ALICES, later)))
        .contains(new Keys(Optional.empty(), Optional.empty()));
    assertThat(await(mail.visit(BOB.id(), later)).oneTimeKeys()).isZero();
  }

  @Test
  void whatIsOverIsForgotten() {
    allow(BOB, ALICES);
    allow(CAROL, ALICES);
    deposit(BOB, ALICES, 10);
    Instant later = NOW.plusSeconds(1);
    await(mail.deposit(BOB.id(), ALICES, ByteString.copyFromUtf8("later"), LIMITS, later));
    await(mail.visit(BOB.id(), later));

    assertThat(await(mail.purge(later, later, later))).isEqualTo(1);
    assertThat(letters(BOB)).hasSize(1);
    assertThat(deposit(CAROL, ALICES, 10)).isEqualTo(Outcome.NOT_ALLOWED);
  }

  @Test
  void everyLetterTakenIsThereAfterACrash() throws Exception {
    allow(BOB, ALICES);
    deposit(BOB, ALICES, 10);
    // What a killed process leaves behind: the file and its WAL, not checkpointed.
    Path crashed = directory.resolve("crashed.db");
    Files.copy(directory.resolve("mailbox.db"), crashed);
    Files.copy(directory.resolve("mailbox.db-wal"), directory.resolve("crashed.db-wal"));
    try (MailDatabase reopened = MailDatabase.open(crashed, CLOCK)) {
      assertThat(await(reopened.mail().fetch(BOB.id(), 0, 9, 1 << 20))).hasSize(1);
    }
  }

  @Test
  void aFullDiskRefusesALetterAndKeepsTheRest() {
    allow(BOB, ALICES);
    deposit(BOB, ALICES, 10);
    await(database.writer().write(0, sql -> sql.number("PRAGMA max_page_count = 1")));

    CompletionException refused =
        catchThrowableOfType(CompletionException.class, () -> deposit(BOB, ALICES, 9_000));
    assertThat(((StorageFailure) refused.getCause()).kind()).isEqualTo(StorageFailure.Kind.FULL);
    assertThat(letters(BOB)).hasSize(1);
  }

  @Test
  void theDatabaseOfANodeIsNotTaken() throws Exception {
    Path node = directory.resolve("parley.db");
    Store.open(node, CLOCK).close();

    StoreException refused =
        catchThrowableOfType(StoreException.class, () -> MailDatabase.open(node, CLOCK));
    assertThat(refused.reason()).isEqualTo(StoreException.Reason.FOREIGN);
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private void allow(Identity owner, CapabilityHash... capabilities) {
    assertThat(await(mail.allow(owner.id(), ImmutableSet.copyOf(capabilities), LIMITS, NOW)))
        .isEqualTo(Outcome.TAKEN);
  }

  private Outcome deposit(Identity owner, CapabilityHash capability, int bytes) {
    ByteString sealed = ByteString.copyFrom(new byte[bytes]);
    return await(mail.deposit(owner.id(), capability, sealed, LIMITS, NOW));
  }

  private List<Letter> letters(Identity owner) {
    return await(mail.fetch(owner.id(), 0, 100, 1 << 20));
  }

  private static PublicPrekey prekey(PrekeyKind kind, Instant madeAt) {
    return Prekeys.make(BOB, kind, madeAt, RANDOM).prekey();
  }

  private static Publication oneTime(int count) {
    ImmutableList.Builder<PublicPrekey> keys = ImmutableList.builder();
    for (int i = 0; i < count; i++) {
      keys.add(prekey(PrekeyKind.ONE_TIME, NOW));
    }
    return new Publication(Optional.empty(), keys.build());
  }

  private static CapabilityHash hash(int number) {
    byte[] token = new byte[CapabilityHash.TOKEN_BYTES];
    token[0] = (byte) number;
    return CapabilityHash.ofToken(ByteString.copyFrom(token)).orElseThrow();
  }
}
