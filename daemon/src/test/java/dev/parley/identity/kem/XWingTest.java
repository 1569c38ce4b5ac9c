package dev.parley.identity.kem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.parley.discovery.Vectors;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XWingTest {
  private static final Vectors PUBLISHED = new Vectors("xwing.txt");
  private static final ByteString SEED = ByteString.copyFrom(new byte[XWing.SEED_BYTES]);

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3"})
  void keysCiphertextsAndSecretsAreThoseThatThePublishedVectorsSay(String vector) {
    ByteString publicKey = published(vector + ".pk");
    XWing.Encapsulated fresh =
        XWing.encapsulate(publicKey, new FixedRandom(PUBLISHED.bytes(vector + ".eseed")))
            .orElseThrow();

    assertThat(XWing.publicKey(published(vector + ".seed"))).isEqualTo(publicKey);
    assertThat(fresh.ciphertext()).isEqualTo(published(vector + ".ct"));
    assertThat(fresh.secret()).isEqualTo(published(vector + ".ss"));
    assertThat(XWing.decapsulate(published(vector + ".seed"), published(vector + ".ct")))
        .contains(published(vector + ".ss"));
  }

  @Test
  void sizesAreThoseOfTheDraft() {
    ByteString publicKey = XWing.publicKey(SEED);
    XWing.Encapsulated fresh = XWing.encapsulate(publicKey, new SecureRandom()).orElseThrow();

    assertThat(publicKey.size()).isEqualTo(XWing.PUBLIC_KEY_BYTES);
    assertThat(fresh.ciphertext().size()).isEqualTo(XWing.CIPHERTEXT_BYTES);
    assertThat(fresh.secret().size()).isEqualTo(XWing.SECRET_BYTES);
  }

  @Test
  void aKeyWithCoefficientsThatAreNotReducedIsRefused() {
    byte[] key = XWing.publicKey(SEED).toByteArray();
    Arrays.fill(key, 0, 3, (byte) 0xff);

    assertThat(XWing.encapsulate(ByteString.copyFrom(key), new SecureRandom())).isEmpty();
  }

  @Test
  void aKeyWhoseCurvePointIsOfSmallOrderIsRefused() {
    byte[] key = XWing.publicKey(SEED).toByteArray();
    Arrays.fill(key, key.length - 32, key.length, (byte) 0);

    assertThat(XWing.encapsulate(ByteString.copyFrom(key), new SecureRandom())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_215, 1_217, 100_000})
  void aKeyOfAnotherSizeIsRefused(int bytes) {
    assertThat(XWing.encapsulate(ByteString.copyFrom(new byte[bytes]), new SecureRandom()))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_119, 1_121, 100_000})
  void aCiphertextOfAnotherSizeIsRefused(int bytes) {
    assertThat(XWing.decapsulate(SEED, ByteString.copyFrom(new byte[bytes]))).isEmpty();
  }

  @Test
  void aCiphertextWhoseCurvePointIsOfSmallOrderIsRefused() {
    assertThat(XWing.decapsulate(SEED, ByteString.copyFrom(new byte[XWing.CIPHERTEXT_BYTES])))
        .isEmpty();
  }

  @Test
  void anyOtherCiphertextGivesASecretThatItsMakerDoesNotHave() {
    XWing.Encapsulated fresh =
        XWing.encapsulate(XWing.publicKey(SEED), new SecureRandom()).orElseThrow();
    for (int at : new int[] {0, 500, 1_087, 1_088, 1_110}) {
      byte[] changed = fresh.ciphertext().toByteArray();
      changed[at] ^= 1;

      assertThat(XWing.decapsulate(SEED, ByteString.copyFrom(changed)))
          .as("byte %d", at)
          .get()
          .isNotEqualTo(fresh.secret());
    }
  }

  @Test
  void aSeedOfAnotherSizeIsABugOfTheCaller() {
    assertThatThrownBy(() -> XWing.publicKey(ByteString.EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 bytes");
  }

  private static ByteString published(String key) {
    return ByteString.copyFrom(PUBLISHED.bytes(key));
  }
}
