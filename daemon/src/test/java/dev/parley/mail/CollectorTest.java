package dev.parley.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.identity.TestIdentities;
import dev.parley.mailbox.Opener;
import dev.parley.mailbox.OwnPrekey;
import dev.parley.mailbox.PrekeyId;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.PrekeySchedule;
import dev.parley.mailbox.Prekeys;
import dev.parley.mailbox.Sealer;
import dev.parley.mailbox.SizeClass;
import dev.parley.messaging.MailFate;
import dev.parley.peer.v1.Envelope;
import dev.parley.proto.id.MessageId;
import dev.parley.relay.v1.Letter;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.MailResponse.Status;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CollectorTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Identity ALICE = TestIdentities.of(1);
  private static final Identity BOB = TestIdentities.of(2);

  private final MemoryBook book = new MemoryBook();
  private final List<Envelope> inbox = new ArrayList<>();
  private final FakeRelay relay = new FakeRelay();
  private MailFate fate = MailFate.KEPT;

  @Test
  void aOneTimeKeyIsDestroyedOnceItsMessageIsKeptAndTheLetterRemoved() throws Exception {
    OwnPrekey key = prekey(PrekeyKind.ONE_TIME);
    relay.letters.put(1L, sealed(key, "one"));

    assertThat(visit(false)).isEqualTo(1);
    assertThat(texts()).containsExactly("one");
    assertThat(book.prekeys).isEmpty();
    assertThat(relay.letters).isEmpty();
  }

  @Test
  void aMediumTermKeyOpensAnyNumber() throws Exception {
    OwnPrekey key = prekey(PrekeyKind.MEDIUM_TERM);
    relay.letters.put(1L, sealed(key, "one"));
    relay.letters.put(2L, sealed(key, "two"));

    assertThat(visit(false)).isEqualTo(2);
    assertThat(texts()).containsExactly("one", "two");
    assertThat(book.prekeys).containsKey(key.prekey().id());
  }

  @Test
  void whatTheInboxCannotTakeNowStaysAtTheRelayWithItsKey() throws Exception {
    OwnPrekey key = prekey(PrekeyKind.ONE_TIME);
    relay.letters.put(1L, sealed(key, "one"));
    fate = MailFate.LATER;

    assertThat(visit(false)).isZero();
    assertThat(relay.letters).hasSize(1);
    assertThat(book.prekeys).containsKey(key.prekey().id());

    fate = MailFate.KEPT;
    assertThat(visit(false)).isEqualTo(1);
  }

  @Test
  void aVisitBrokenOffBetweenInboxAndRelayIsMadeGoodByTheNext() throws Exception {
    OwnPrekey key = prekey(PrekeyKind.ONE_TIME);
    relay.letters.put(1L, sealed(key, "one"));
    relay.failOn = MailRequest.BodyCase.REMOVE;

    assertThatThrownBy(() -> visit(false)).isInstanceOf(IOException.class);
    relay.failOn = MailRequest.BodyCase.BODY_NOT_SET;
    assertThat(visit(false)).isZero();
    assertThat(texts()).containsExactly("one");
    assertThat(relay.letters).isEmpty();
  }

  @Test
  void whatIsNoMailForUsIsThrownAwayAndHoldsNothingUp() throws Exception {
    OwnPrekey key = prekey(PrekeyKind.MEDIUM_TERM);
    byte[] noise = new byte[SizeClass.SMALL.sealedBytes()];
    RANDOM.nextBytes(noise);
    byte[] changed = sealed(key, "changed").toByteArray();
    changed[changed.length - 1] ^= 1;
    relay.letters.put(1L, ByteString.EMPTY);
    relay.letters.put(2L, ByteString.copyFrom(noise));
    relay.letters.put(3L, ByteString.copyFrom(changed));
    relay.letters.put(4L, sealed(key, "good"));

    assertThat(visit(false)).isEqualTo(1);
    assertThat(texts()).containsExactly("good");
    assertThat(relay.letters).isEmpty();
  }

  @Test
  void aRelayWithLettersWithoutEndIsLeft() throws Exception {
    relay.endless = true;

    assertThat(visit(false)).isZero();
    assertThat(relay.fetches).isBetween(1, Collector.MAX_LETTERS);
  }

  @Test
  void aRelayThatLosesOneTimeKeysAgainAndAgainGetsNoMoreOfThem() throws Exception {
    for (int i = 0; i < 2 * OwnPrekeys.MAX_KEPT / PrekeySchedule.ONE_TIME_KEYS + 40; i++) {
      visit(true);
    }
    assertThat(book.prekeys).hasSize(OwnPrekeys.MAX_KEPT);
    assertThat(relay.published).isGreaterThan(OwnPrekeys.MAX_KEPT / 2);
  }

  @Test
  void theMediumTermKeyIsReplacedWeeklyAndTheOldOneDestroyedWhenNothingCanArriveForIt()
      throws Exception {
    visit(true, NOW);
    visit(true, NOW.plus(Duration.ofDays(6)));
    assertThat(mediumTermKeys()).isEqualTo(1);
    visit(true, NOW.plus(Duration.ofDays(7)));
    assertThat(mediumTermKeys()).isEqualTo(2);
    visit(false, NOW.plus(Duration.ofDays(7 + 15)));
    assertThat(mediumTermKeys()).isEqualTo(2);
    visit(false, NOW.plus(Duration.ofDays(7 + 16)));
    assertThat(mediumTermKeys()).isEqualTo(1);
  }

  private long mediumTermKeys() {
    return book.prekeys.values().stream()
        .filter(kept -> kept.own().prekey().kind() == PrekeyKind.MEDIUM_TERM)
        .count();
  }

  private int visit(boolean publish) throws IOException {
    return visit(publish, NOW);
  }

  @Test
  void aClockThatIsYearsAheadForAMomentDestroysNoKey() throws Exception {
    visit(true);
    book.ages = Optional.of(NOW.plus(Duration.ofHours(1)));
    List<PrekeyId> before = List.copyOf(book.prekeys.keySet());
    collect(true, NOW.plus(Duration.ofDays(3_650)));
    assertThat(book.prekeys.keySet()).containsAll(before);
  }

  private int visit(boolean publish, Instant now) throws IOException {
    book.ages = Optional.of(now);
    return collect(publish, now);
  }

  private int collect(boolean publish, Instant now) throws IOException {
    OwnPrekeys prekeys = new OwnPrekeys(BOB, book, RANDOM, Clock.fixed(now, ZoneOffset.UTC));
    MailInbox keep =
        (from, envelope) -> {
          assertThat(from).isEqualTo(ALICE.id());
          if (fate == MailFate.KEPT) {
            inbox.add(envelope);
          }
          return CompletableFuture.completedFuture(fate);
        };
    return new Collector(prekeys, new Opener(BOB.id()), keep)
        .visit(relay, ImmutableSet.of(), publish);
  }

  private List<String> texts() {
    return inbox.stream().map(envelope -> envelope.getBody().toStringUtf8()).toList();
  }

  private OwnPrekey prekey(PrekeyKind kind) {
    OwnPrekey key = Prekeys.make(BOB, kind, NOW, RANDOM);
    book.prekeys.put(key.prekey().id(), new MailBook.Kept(key, java.util.Optional.empty()));
    return key;
  }

  private static ByteString sealed(OwnPrekey key, String text) {
    Envelope envelope =
        Envelope.newBuilder()
            .setMessageId(MessageId.next(NOW, RANDOM).bytes())
            .setContentType("text/plain")
            .setBody(ByteString.copyFromUtf8(text))
            .build();
    return new Sealer(ALICE, RANDOM).seal(envelope, key.prekey()).orElseThrow().bytes();
  }

  /** Keeps letters, and forgets every key that it is given. */
  private static final class FakeRelay implements MailRelay {
    final TreeMap<Long, ByteString> letters = new TreeMap<>();
    MailRequest.BodyCase failOn = MailRequest.BodyCase.BODY_NOT_SET;
    boolean endless;
    int fetches;
    int published;

    @Override
    public MailResponse ask(MailRequest request) throws IOException {
      if (request.getBodyCase() == failOn) {
        throw new IOException("the relay is gone");
      }
      MailResponse.Builder answer =
          MailResponse.newBuilder()
              .setStatus(Status.OK)
              .setLettersWaiting(endless ? 1 : letters.size());
      switch (request.getBodyCase()) {
        case FETCH -> {
          fetches++;
          long after = request.getFetch().getAfter();
          if (endless) {
            answer.addLetters(Letter.newBuilder().setNumber(1));
          }
          letters
              .tailMap(after, false)
              .forEach(
                  (number, bytes) ->
                      answer.addLetters(Letter.newBuilder().setNumber(number).setSealed(bytes)));
        }
        case REMOVE -> request.getRemove().getNumbersList().forEach(letters::remove);
        case PUBLISH -> published += request.getPublish().getOneTimeCount();
        case ALLOW, TAKE_PREKEYS, DEPOSIT, BODY_NOT_SET -> {}
      }
      return answer.build();
    }

    @Override
    public void close() {}
  }
}
