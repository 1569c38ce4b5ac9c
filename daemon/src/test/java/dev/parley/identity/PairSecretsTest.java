package dev.parley.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairSecretsTest {
  private final Identity alice = Identity.ephemeral(new SecureRandom());
  private final Identity bob = Identity.ephemeral(new SecureRandom());
  private final Identity eve = Identity.ephemeral(new SecureRandom());

  @Test
  void bothComputeTheSameAndAThirdDoesNot() {
    ByteString here = PairSecrets.between(alice, bob.id(), "test").orElseThrow();
    assertThat(PairSecrets.between(bob, alice.id(), "test")).contains(here);
    assertThat(here.size()).isEqualTo(PairSecrets.BYTES);
    assertThat(PairSecrets.between(eve, bob.id(), "test").orElseThrow()).isNotEqualTo(here);
    assertThat(PairSecrets.between(eve, alice.id(), "test").orElseThrow()).isNotEqualTo(here);
  }

  @Test
  void eachPurposeHasItsOwn() {
    assertThat(PairSecrets.between(alice, bob.id(), "one"))
        .isNotEqualTo(PairSecrets.between(alice, bob.id(), "other"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // y = 0, y = 1, and p + 1, which is 1 again.
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      })
  void withAKeyOfSmallOrderThereIsNone(String key) {
    PeerId nobody = PeerId.tryOf(ByteString.fromHex(key)).orElseThrow();
    assertThat(PairSecrets.between(alice, nobody, "test")).isEmpty();
  }
}
