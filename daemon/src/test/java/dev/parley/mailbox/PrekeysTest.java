package dev.parley.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.identity.TestIdentities;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.Prekey;
import dev.parley.peer.v1.SignedPrekey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PrekeysTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Identity BOB = TestIdentities.of(2);
  private static final Identity CAROL = TestIdentities.of(3);

  private final OwnPrekey own = Prekeys.make(BOB, PrekeyKind.MEDIUM_TERM, NOW, RANDOM);

  @ParameterizedTest
  @EnumSource(PrekeyKind.class)
  void aPrekeySaysWhatItsOwnerHasSigned(PrekeyKind kind) {
    OwnPrekey made = Prekeys.make(BOB, kind, NOW, RANDOM);

    assertThat(made.prekey().owner()).isEqualTo(BOB.id());
    assertThat(made.prekey().kind()).isEqualTo(kind);
    assertThat(made.prekey().madeAt()).isEqualTo(NOW);
    assertThat(made.prekey().useUntil()).isEqualTo(NOW.plus(Prekeys.USE));
    assertThat(Prekeys.verify(made.prekey().signed(), BOB.id())).contains(made.prekey());
  }

  @Test
  void aRelayCannotGiveOutAKeyOfItsOwn() {
    OwnPrekey forged = Prekeys.make(CAROL, PrekeyKind.MEDIUM_TERM, NOW, RANDOM);

    assertThat(Prekeys.verify(forged.prekey().signed(), BOB.id())).isEmpty();
    assertThat(resigned(CAROL, raw -> raw)).isNull();
  }

  @Test
  void aChangedPrekeyIsRefused() {
    SignedPrekey good = own.prekey().signed();
    byte[] changed = good.getPrekey().toByteArray();
    changed[changed.length / 2] ^= 1;

    assertThat(
            Prekeys.verify(
                good.toBuilder().setPrekey(ByteString.copyFrom(changed)).build(), BOB.id()))
        .isEmpty();
    assertThat(Prekeys.verify(good.toBuilder().clearSignature().build(), BOB.id())).isEmpty();
    assertThat(Prekeys.verify(SignedPrekey.getDefaultInstance(), BOB.id())).isEmpty();
  }

  @Test
  void whatItsOwnerShouldNotHaveSignedIsRefusedAsWell() {
    assertThat(resigned(BOB, raw -> raw)).isNotNull();
    assertThat(resigned(BOB, raw -> raw.setKindValue(0))).isNull();
    assertThat(resigned(BOB, raw -> raw.setKindValue(9))).isNull();
    assertThat(resigned(BOB, raw -> raw.setPublicKey(ByteString.EMPTY))).isNull();
    assertThat(resigned(BOB, raw -> raw.setMadeAtMillis(-1))).isNull();
    assertThat(resigned(BOB, raw -> raw.setUseUntilMillis(raw.getMadeAtMillis()))).isNull();
    assertThat(resigned(BOB, raw -> raw.setUseUntilMillis(Long.MAX_VALUE))).isNull();
    assertThat(resigned(BOB, raw -> raw.setUseUntilMillis(raw.getUseUntilMillis() + 1))).isNull();
  }

  @Test
  void aPrekeyOfTheLargestSizeIsTakenAndOneByteMoreIsNot() {
    int room = Prekeys.MAX_BYTES - own.prekey().signed().getPrekey().size();

    assertThat(padded(room)).isNotNull();
    assertThat(padded(room + 1)).isNull();
  }

  @Test
  void nothingIsSealedToAKeyThatIsNone() {
    PublicPrekey nonsense =
        resigned(
            BOB, raw -> raw.setPublicKey(ByteString.copyFrom(new byte[raw.getPublicKey().size()])));
    Envelope envelope =
        Envelope.newBuilder().setMessageId(ByteString.copyFrom(new byte[16])).build();

    assertThat(new Sealer(CAROL, RANDOM).seal(envelope, nonsense)).isEmpty();
  }

  @Test
  void aPrekeyIsUsableForFourWeeks() {
    assertThat(own.prekey().isUsableAt(NOW.plus(Duration.ofDays(27)))).isTrue();
    assertThat(own.prekey().isUsableAt(NOW.plus(Duration.ofDays(28)))).isFalse();
  }

  @Test
  void theLogNeverShowsASeed() {
    assertThat(own.toString()).contains(own.prekey().id().toString()).hasSizeLessThan(40);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "6, false", "7, true", "300, true", "-1, false", "-2, true"})
  void aMediumTermKeyIsReplacedWeekly(int days, boolean due) {
    assertThat(PrekeySchedule.isDue(NOW, NOW.plus(Duration.ofDays(days)))).isEqualTo(due);
  }

  @Test
  void aReplacedKeyOutlivesEverythingThatMayStillArriveForIt() {
    Instant lastSealed = NOW.plus(PrekeySchedule.CACHED);

    assertThat(PrekeySchedule.destroyReplaced(NOW))
        .isAfter(lastSealed.plus(PrekeySchedule.LIFETIME));
    assertThat(PrekeySchedule.destroyUnused(own.prekey().useUntil()))
        .isAfter(own.prekey().useUntil().plus(PrekeySchedule.LIFETIME));
  }

  @ParameterizedTest
  @CsvSource({"64, 0", "33, 0", "32, 32", "1, 63", "0, 64", "-5, 64"})
  void oneTimeKeysAreMadeWhenHalfAreGone(int left, int missing) {
    assertThat(PrekeySchedule.missingOneTimeKeys(left)).isEqualTo(missing);
  }

  /** Null where it is refused. */
  private PublicPrekey padded(int bytes) {
    // An unknown field with the number 100: two bytes of tag, one or two of length.
    int length = bytes - 3;
    return resigned(
        BOB,
        raw ->
            raw.setUnknownFields(
                com.google.protobuf.UnknownFieldSet.newBuilder()
                    .addField(
                        100,
                        com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFrom(new byte[length]))
                            .build())
                    .build()));
  }

  private PublicPrekey resigned(Identity signer, UnaryOperator<Prekey.Builder> change) {
    try {
      ByteString raw =
          change
              .apply(Prekey.parseFrom(own.prekey().signed().getPrekey()).toBuilder())
              .build()
              .toByteString();
      SignedPrekey signed =
          SignedPrekey.newBuilder()
              .setPrekey(raw)
              .setSignature(signer.sign(SigningLabel.PREKEY, raw))
              .build();
      return Prekeys.verify(signed, BOB.id()).orElse(null);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
