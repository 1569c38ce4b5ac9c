package dev.parley.proto.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 31, 33, 64})
  void aPeerIdHas32BytesAndNoOtherNumber(int length) {
    ByteString bytes = ByteString.copyFrom(new byte[length]);

    assertThat(PeerId.tryOf(bytes)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new PeerId(bytes));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 17, 32})
  void aMessageIdHas16BytesAndNoOtherNumber(int length) {
    ByteString bytes = ByteString.copyFrom(new byte[length]);

    assertThat(MessageId.tryOf(bytes)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new MessageId(bytes));
  }

  @Test
  void textBeyondAsciiIsNoIdEvenWhenItsLowerCaseIs() {
    // U+212A, the Kelvin sign, becomes an ordinary k in lower case.
    String kelvin = "\u212A";

    assertThat(PeerId.parse(kelvin.repeat(PeerId.TEXT_LENGTH - 1) + "a")).isEmpty();
    assertThat(MessageId.parse(kelvin.repeat(MessageId.TEXT_LENGTH - 1) + "a")).isEmpty();
  }

  @Test
  void randomIdsSurviveTheirText() {
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      byte[] key = new byte[PeerId.BYTES];
      random.nextBytes(key);
      PeerId peer = PeerId.of(key);
      MessageId message = MessageId.next(NOW, random);

      assertThat(PeerId.parse(peer.toString())).contains(peer);
      assertThat(MessageId.parse(message.toString())).contains(message);
    }
  }

  @Test
  void peersAreOrderedByUnsignedBytes() {
    byte[] high = new byte[PeerId.BYTES];
    high[0] = (byte) 0x80;
    byte[] low = new byte[PeerId.BYTES];
    low[0] = 0x7f;

    assertThat(PeerId.of(high)).isGreaterThan(PeerId.of(low));
  }

  @Test
  void messagesMadeLaterSortLater() {
    Random random = new Random(7);
    MessageId earlier = MessageId.next(NOW, random);
    MessageId later = MessageId.next(NOW.plusMillis(1), random);

    assertThat(later).isGreaterThan(earlier);
  }

  @Test
  void messagesOfOneMomentDiffer() {
    Random random = new Random(7);

    assertThat(MessageId.next(NOW, random)).isNotEqualTo(MessageId.next(NOW, random));
  }

  @Test
  void changingTheArrayDoesNotChangeTheId() {
    byte[] key = new byte[PeerId.BYTES];
    PeerId id = PeerId.of(key);
    key[0] = 1;
    id.toByteArray()[0] = 1;

    assertThat(id).isEqualTo(PeerId.of(new byte[PeerId.BYTES]));
  }
}
