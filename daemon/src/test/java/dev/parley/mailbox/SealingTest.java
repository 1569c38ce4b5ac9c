package dev.parley.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.identity.TestIdentities;
import dev.parley.identity.kem.XWing;
import dev.parley.mailbox.Opener.Opening;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.SealedContent;
import dev.parley.proto.id.MessageId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealingTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Identity ALICE = TestIdentities.of(1);
  private static final Identity BOB = TestIdentities.of(2);
  private static final Identity CAROL = TestIdentities.of(3);

  private final OwnPrekey key = Prekeys.make(BOB, PrekeyKind.ONE_TIME, NOW, RANDOM);
  private final Sealer sealer = new Sealer(ALICE, RANDOM);
  private final Opener opener = new Opener(BOB.id());

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 700, 5_000, 65_536})
  void whatIsSealedToAPrekeyIsOpenedByItAndNamesItsSender(int bodyBytes) {
    Envelope envelope = envelope(bodyBytes);
    SealedMessage sealed = sealer.seal(envelope, key.prekey()).orElseThrow();

    assertThat(sealed.prekeyId()).isEqualTo(key.prekey().id());
    assertThat(SealedMessage.parse(sealed.bytes())).isEqualTo(whole(sealed));
    assertThat(opener.open(sealed, key.seed()))
        .isEqualTo(
            new Opening.Opened(
                ALICE.id(), MessageId.tryOf(envelope.getMessageId()).orElseThrow(), envelope));
  }

  @Test
  void theSameMessageIsSealedToSomethingElseEachTime() {
    Envelope envelope = envelope(10);
    ByteString first = sealer.seal(envelope, key.prekey()).orElseThrow().bytes();
    ByteString second = sealer.seal(envelope, key.prekey()).orElseThrow().bytes();

    assertThat(first.substring(SealedMessage.KEM_AT, SealedMessage.KEM_AT + 32))
        .isNotEqualTo(second.substring(SealedMessage.KEM_AT, SealedMessage.KEM_AT + 32));
    assertThat(first.substring(SealedMessage.HEADER_BYTES))
        .isNotEqualTo(second.substring(SealedMessage.HEADER_BYTES));
  }

  @Test
  void nothingOfSenderRecipientOrTextIsReadableOutside() {
    ByteString text = ByteString.copyFromUtf8("meet me at the old bridge");
    Envelope envelope = envelope(10).toBuilder().setBody(text).build();
    ByteString sealed = sealer.seal(envelope, key.prekey()).orElseThrow().bytes();

    for (ByteString part :
        new ByteString[] {ALICE.id().key(), BOB.id().key(), envelope.getMessageId(), text}) {
      assertThat(indexOf(sealed, part)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, SMALL",
    "700, SMALL",
    "1024, MEDIUM",
    "4096, LARGE",
    "16384, LARGEST",
    "65536, LARGEST"
  })
  void theRelaySeesASizeClassOnly(int bodyBytes, SizeClass size) {
    SealedMessage sealed = sealer.seal(envelope(bodyBytes), key.prekey()).orElseThrow();

    assertThat(sealed.bytes().size()).isEqualTo(size.sealedBytes());
  }

  @Test
  void theLargestEnvelopeThatIsAllowedFits() {
    Envelope largest =
        envelope(65_536).toBuilder()
            .setContentType("x".repeat(255))
            .setSentAtMillis(253_402_300_799_999L)
            .build();

    assertThat(sealer.seal(largest, key.prekey())).isPresent();
  }

  @Test
  void anEnvelopeThatNobodyWouldTakeIsNotSealed() {
    assertThatThrownBy(() -> sealer.seal(envelope(70_000), key.prekey()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sealer.seal(Envelope.getDefaultInstance(), key.prekey()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_145, 2_168, 2_170, 1 << 20})
  void bytesOfAnotherSizeAreRefusedUnread(int bytes) {
    assertThat(SealedMessage.parse(ByteString.copyFrom(new byte[bytes])))
        .isEqualTo(new SealedMessage.Parsed.Refused(Flaw.SIZE));
  }

  @Test
  void anotherVersionIsRefusedUnread() {
    assertThat(SealedMessage.parse(ByteString.copyFrom(new byte[SizeClass.SMALL.sealedBytes()])))
        .isEqualTo(new SealedMessage.Parsed.Refused(Flaw.VERSION));
  }

  @Test
  void aMessageWithAnyBitChangedIsNotOpened() {
    long seed = RANDOM.nextLong();
    Random random = new Random(seed);
    byte[] sealed = sealer.seal(envelope(100), key.prekey()).orElseThrow().bytes().toByteArray();
    for (int i = 0; i < 100; i++) {
      byte[] changed = sealed.clone();
      // The version was looked at before.
      changed[1 + random.nextInt(sealed.length - 1)] ^= (byte) (1 << random.nextInt(8));

      assertThat(opener.open(message(changed), key.seed()))
          .as("seed %d, change %d", seed, i)
          .isIn(refused(Flaw.UNOPENED));
    }
  }

  @Test
  void noiseIsNotOpened() {
    long seed = RANDOM.nextLong();
    Random random = new Random(seed);
    for (SizeClass size : SizeClass.values()) {
      byte[] noise = new byte[size.sealedBytes()];
      random.nextBytes(noise);

      assertThat(opener.open(message(noise), key.seed()))
          .as("seed %d, %s", seed, size)
          .isEqualTo(refused(Flaw.UNOPENED));
    }
  }

  @Test
  void anotherPrekeyOrAnotherRecipientDoesNotOpenIt() {
    SealedMessage sealed = sealer.seal(envelope(100), key.prekey()).orElseThrow();
    OwnPrekey other = Prekeys.make(BOB, PrekeyKind.MEDIUM_TERM, NOW, RANDOM);

    assertThat(opener.open(sealed, other.seed())).isEqualTo(refused(Flaw.UNOPENED));
    assertThat(new Opener(CAROL.id()).open(sealed, key.seed())).isEqualTo(refused(Flaw.UNOPENED));
  }

  @Test
  void aSenderCannotPassForAnother() {
    Envelope envelope = envelope(10);
    Forgery forgery = new Forgery();
    SealedContent content =
        forgery.content(ALICE, envelope).toBuilder().setSender(CAROL.id().key()).build();

    assertThat(forgery.open(content)).isEqualTo(refused(Flaw.SIGNATURE));
  }

  @Test
  void aRecipientCannotSealWhatItGotToSomebodyElse() {
    Envelope envelope = envelope(10);
    Forgery forgery = new Forgery();
    // Carol got this from Alice, and seals it to Bob as it is.
    ByteString[] toCarol =
        SealedMessage.signed(
            ALICE.id(), CAROL.id(), envelope.getMessageId(), forgery.header, bytes(envelope));
    SealedContent content =
        forgery.content(ALICE, envelope).toBuilder()
            .setSignature(ALICE.sign(SigningLabel.SEALED_MESSAGE, toCarol))
            .build();

    assertThat(forgery.open(content)).isEqualTo(refused(Flaw.SIGNATURE));
  }

  @Test
  void aSignatureHoldsForOneSealingOnly() {
    Envelope envelope = envelope(10);
    SealedContent taken = new Forgery().content(ALICE, envelope);

    assertThat(new Forgery().open(taken)).isEqualTo(refused(Flaw.SIGNATURE));
  }

  @Test
  void aSignatureHoldsForItsEnvelopeOnly() {
    Forgery forgery = new Forgery();
    SealedContent content =
        forgery.content(ALICE, envelope(10)).toBuilder().setEnvelope(bytes(envelope(11))).build();

    assertThat(forgery.open(content)).isEqualTo(refused(Flaw.SIGNATURE));
  }

  @Test
  void contentThatIsNoneIsRefused() {
    Forgery forgery = new Forgery();
    SealedContent good = forgery.content(ALICE, envelope(10));

    assertThat(forgery.openBytes(ByteString.copyFromUtf8("not a message")))
        .isEqualTo(refused(Flaw.CONTENT));
    assertThat(forgery.openBytes(ByteString.EMPTY)).isEqualTo(refused(Flaw.CONTENT));
    assertThat(forgery.open(good.toBuilder().setSender(ByteString.EMPTY).build()))
        .isEqualTo(refused(Flaw.CONTENT));
    assertThat(forgery.open(good.toBuilder().setEnvelope(ByteString.copyFromUtf8("?")).build()))
        .isEqualTo(refused(Flaw.CONTENT));
    assertThat(forgery.open(forgery.content(ALICE, Envelope.getDefaultInstance())))
        .isEqualTo(refused(Flaw.CONTENT));
  }

  @Test
  void paddingThatHidesSomethingIsRefused() {
    Forgery forgery = new Forgery();
    ByteString content = forgery.content(ALICE, envelope(10)).toByteString();
    byte[] good = Padding.pad(content).orElseThrow();
    byte[] hiding = good.clone();
    hiding[hiding.length - 1] = 1;
    byte[] roomy = ByteBuffer.allocate(SizeClass.MEDIUM.paddedBytes()).put(good).array();
    byte[] overlong = good.clone();
    ByteBuffer.wrap(overlong).putInt(good.length);
    byte[] negative = good.clone();
    ByteBuffer.wrap(negative).putInt(-1);

    assertThat(forgery.openPadded(good)).isInstanceOf(Opening.Opened.class);
    for (byte[] bad : new byte[][] {hiding, roomy, overlong, negative}) {
      assertThat(forgery.openPadded(bad)).isEqualTo(refused(Flaw.PADDING));
    }
  }

  @ParameterizedTest
  @EnumSource(SizeClass.class)
  void contentIsPaddedToTheSmallestSizeThatHoldsIt(SizeClass size) {
    ByteString full =
        ByteString.copyFrom(new byte[size.paddedBytes() - SealedMessage.LENGTH_BYTES]);

    assertThat(Padding.pad(full).orElseThrow()).hasSize(size.paddedBytes());
    assertThat(Padding.strip(Padding.pad(full).orElseThrow())).contains(full);
  }

  private static Envelope envelope(int bodyBytes) {
    byte[] body = new byte[bodyBytes];
    RANDOM.nextBytes(body);
    return Envelope.newBuilder()
        .setMessageId(MessageId.next(NOW, RANDOM).bytes())
        .setSentAtMillis(NOW.toEpochMilli())
        .setContentType("text/plain; charset=utf-8")
        .setBody(ByteString.copyFrom(body))
        .build();
  }

  private static ByteString bytes(Envelope envelope) {
    return envelope.toByteString();
  }

  private static SealedMessage message(byte[] bytes) {
    return new SealedMessage(ByteString.copyFrom(bytes));
  }

  private static SealedMessage.Parsed whole(SealedMessage sealed) {
    return new SealedMessage.Parsed.Whole(sealed);
  }

  private static Opening refused(Flaw flaw) {
    return new Opening.Refused(flaw);
  }

  private static int indexOf(ByteString in, ByteString part) {
    for (int at = 0; at + part.size() <= in.size(); at++) {
      if (in.substring(at, at + part.size()).equals(part)) {
        return at;
      }
    }
    return -1;
  }

  /** Somebody who keeps to the encryption and breaks the rules inside it. */
  private final class Forgery {
    final XWing.Encapsulated fresh =
        XWing.encapsulate(key.prekey().publicKey(), RANDOM).orElseThrow();
    final ByteString header =
        ByteString.copyFrom(
                ByteBuffer.allocate(SealedMessage.KEM_AT)
                    .put((byte) SealedMessage.VERSION)
                    .putLong(key.prekey().id().value())
                    .flip())
            .concat(fresh.ciphertext());

    SealedContent content(Identity sender, Envelope envelope) {
      ByteString[] signed =
          SealedMessage.signed(
              sender.id(), BOB.id(), envelope.getMessageId(), header, bytes(envelope));
      return SealedContent.newBuilder()
          .setSender(sender.id().key())
          .setEnvelope(bytes(envelope))
          .setSignature(sender.sign(SigningLabel.SEALED_MESSAGE, signed))
          .build();
    }

    Opening open(SealedContent content) {
      return openBytes(content.toByteString());
    }

    Opening openBytes(ByteString content) {
      return openPadded(Padding.pad(content).orElseThrow());
    }

    Opening openPadded(byte[] padded) {
      ByteString body = SealingKey.of(fresh.secret(), header, BOB.id()).encrypt(padded);
      return opener.open(new SealedMessage(header.concat(body)), key.seed());
    }
  }
}
