package dev.parley.identity.pake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKEParticipant;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKERound1Payload;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKEUtil;
import org.bouncycastle.crypto.agreement.ecjpake.ECSchnorrZKP;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PakeTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ByteString SECRET = ByteString.copyFromUtf8("crossover-clockwork");

  private final Pake alice = Pake.begin("alice", "bob", SECRET, RANDOM);
  private final Pake bob = Pake.begin("bob", "alice", SECRET, RANDOM);

  @Test
  void theSameSecretComesToTheSameKey() {
    assertThat(keyWith(bob)).isEqualTo(new Keys(true));
  }

  @Test
  void anotherSecretComesToAnotherKey() {
    ByteString other = ByteString.copyFromUtf8("crossover-clockwise");
    assertThat(keyWith(Pake.begin("bob", "alice", other, RANDOM))).isEqualTo(new Keys(false));
  }

  @Test
  void messagesHaveTheirSizes() {
    ByteString first = alice.first();
    assertThat(first.size()).isEqualTo(Pake.FIRST_BYTES);
    assertThat(bob.first().size()).isEqualTo(Pake.FIRST_BYTES);
    assertThat(bob.second(first).orElseThrow().size()).isEqualTo(Pake.SECOND_BYTES);
  }

  @Test
  void aSideOfAnotherNameIsRefused() {
    Pake mallory = Pake.begin("mallory", "alice", SECRET, RANDOM);
    alice.first();
    assertThat(alice.second(mallory.first())).isEmpty();
  }

  @Test
  void anOwnMessageThatComesBackIsRefused() {
    assertThat(alice.second(alice.first())).isEmpty();
  }

  @Test
  void oneBitOfAFirstMessageMakesItWorthless() {
    ByteString first = bob.first();
    for (int at = 0; at < first.size(); at += 7) {
      Pake fresh = Pake.begin("alice", "bob", SECRET, RANDOM);
      fresh.first();
      assertThat(fresh.second(flipped(first, at))).as("byte %d", at).isEmpty();
    }
  }

  @Test
  void oneBitOfASecondMessageMakesItWorthless() {
    ByteString first = bob.first();
    ByteString ofAlice = alice.first();
    ByteString second = bob.second(ofAlice).orElseThrow();
    alice.second(first);
    assertThat(alice.key(flipped(second, Pake.SECOND_BYTES - 1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, Pake.FIRST_BYTES - 1, Pake.FIRST_BYTES + 1, 5_000})
  void messagesOfAnotherSizeAreRefused(int size) {
    alice.first();
    assertThat(alice.second(ByteString.copyFrom(new byte[size]))).isEmpty();
  }

  @Test
  void infinityAndPointsOffTheCurveAreRefused() {
    alice.first();
    assertThat(alice.second(ByteString.copyFrom(new byte[Pake.FIRST_BYTES]))).isEmpty();
    byte[] off = bob.first().toByteArray();
    java.util.Arrays.fill(off, 1, 33, (byte) 0xff);
    Pake fresh = Pake.begin("alice", "bob", SECRET, RANDOM);
    fresh.first();
    assertThat(fresh.second(ByteString.copyFrom(off))).isEmpty();
  }

  @Test
  void stepsOutOfTurnAreABug() {
    assertThatThrownBy(() -> alice.second(ByteString.EMPTY))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Pake.begin("one", "one", SECRET, RANDOM))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** BouncyCastle's own participant checks proofs in its own way: the two must agree. */
  @Test
  void bouncyCastleTakesOurProofsAndWeTakeIts() throws Exception {
    ECJPAKERound1Payload payload =
        new ECJPAKEParticipant("bob", new char[] {'x'}).createRound1PayloadToSend();
    ECSchnorrZKP proof = payload.getKnowledgeProofForX1();
    SchnorrProof read =
        SchnorrProof.read(EcJpake.encode(proof.getV()).concat(EcJpake.encode(proof.getr())));
    assertThat(read.holds(Curve.G, payload.getGx1(), "bob")).isTrue();
    assertThat(read.holds(Curve.G, payload.getGx1(), "eve")).isFalse();
    assertThat(read.holds(Curve.G, payload.getGx2(), "bob")).isFalse();

    BigInteger x = ECJPAKEUtil.generateX1(Curve.N, RANDOM);
    ECPoint point = ECJPAKEUtil.calculateGx(Curve.G, x).normalize();
    SchnorrProof ours = SchnorrProof.make(Curve.G, x, point, "alice", RANDOM);
    assertThat(SchnorrProof.read(ours.bytes()).holds(Curve.G, point, "alice")).isTrue();
  }

  private record Keys(boolean same) {}

  private Keys keyWith(Pake other) {
    ByteString ofAlice = alice.first();
    ByteString ofOther = other.first();
    ByteString second = alice.second(ofOther).orElseThrow();
    ByteString secondOfOther = other.second(ofAlice).orElseThrow();
    ByteString key = alice.key(secondOfOther).orElseThrow();
    assertThat(key.size()).isEqualTo(Pake.KEY_BYTES);
    return new Keys(key.equals(other.key(second).orElseThrow()));
  }

  private static ByteString flipped(ByteString message, int at) {
    byte[] bytes = message.toByteArray();
    bytes[at] ^= 1;
    return ByteString.copyFrom(bytes);
  }
}
