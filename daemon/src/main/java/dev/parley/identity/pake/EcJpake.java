package dev.parley.identity.pake;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKEUtil;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;

/**
 * EC J-PAKE by BouncyCastle's arithmetic and proofs. Its {@code ECJPAKEParticipant} cannot take a
 * proof that came over a wire, for nobody outside its package can make one; so {@link SchnorrProof}
 * checks them.
 *
 * <p>RFC 8236 §3, with x1, x2 on one side and x3, x4 on the other:
 *
 * <pre>
 * first:  g·x1, g·x2, proofs of x1 and x2
 * second: A = (g·x1 + g·x3 + g·x4)·(x2·s), proof of x2·s
 * key:    the x-coordinate of (B - g·(x4·x2·s))·x2 = g·((x1 + x3)·x2·x4·s)
 * </pre>
 */
final class EcJpake implements Pake {
  private static final int POINT_BYTES = 33;
  private static final int PROVEN_POINT_BYTES = POINT_BYTES + SchnorrProof.BYTES;

  private enum State {
    FRESH,
    FIRST_SENT,
    SECOND_SENT,
    OVER
  }

  private final String self;
  private final String other;
  private final SecureRandom random;
  private final BigInteger s;
  private final BigInteger x1;
  private final BigInteger x2;
  private final ECPoint gx1;
  private final ECPoint gx2;
  private @Nullable ECPoint gx3;
  private @Nullable ECPoint gx4;
  private State state = State.FRESH;

  EcJpake(String self, String other, ByteString secret, SecureRandom random) {
    if (self.equals(other)) {
      throw new IllegalArgumentException("two sides of one name: " + self);
    }
    this.self = self;
    this.other = other;
    this.random = random;
    try {
      this.s = ECJPAKEUtil.calculateS(Curve.N, secret.toByteArray());
    } catch (CryptoException e) {
      throw new IllegalArgumentException("a secret that comes to zero", e);
    }
    this.x1 = ECJPAKEUtil.generateX1(Curve.N, random);
    this.x2 = ECJPAKEUtil.generateX1(Curve.N, random);
    this.gx1 = ECJPAKEUtil.calculateGx(Curve.G, x1).normalize();
    this.gx2 = ECJPAKEUtil.calculateGx(Curve.G, x2).normalize();
  }

  @Override
  public ByteString first() {
    enter(State.FRESH, State.FIRST_SENT);
    return encode(gx1)
        .concat(SchnorrProof.make(Curve.G, x1, gx1, self, random).bytes())
        .concat(encode(gx2))
        .concat(SchnorrProof.make(Curve.G, x2, gx2, self, random).bytes());
  }

  @Override
  public Optional<ByteString> second(ByteString firstOfOther) {
    enter(State.FIRST_SENT, State.SECOND_SENT);
    if (firstOfOther.size() != FIRST_BYTES) {
      return Optional.empty();
    }
    gx3 = proven(Curve.G, firstOfOther.substring(0, PROVEN_POINT_BYTES));
    gx4 = proven(Curve.G, firstOfOther.substring(PROVEN_POINT_BYTES));
    if (gx3 == null || gx4 == null) {
      return Optional.empty();
    }
    ECPoint base = ECJPAKEUtil.calculateGA(gx1, gx3, gx4).normalize();
    BigInteger x2s = ECJPAKEUtil.calculateX2s(Curve.N, x2, s);
    ECPoint a = ECJPAKEUtil.calculateA(base, x2s).normalize();
    if (base.isInfinity() || a.isInfinity()) {
      return Optional.empty();
    }
    return Optional.of(encode(a).concat(SchnorrProof.make(base, x2s, a, self, random).bytes()));
  }

  @Override
  public Optional<ByteString> key(ByteString secondOfOther) {
    enter(State.SECOND_SENT, State.OVER);
    if (gx3 == null || gx4 == null || secondOfOther.size() != SECOND_BYTES) {
      return Optional.empty();
    }
    ECPoint base = ECJPAKEUtil.calculateGA(gx3, gx1, gx2).normalize();
    ECPoint b = base.isInfinity() ? null : proven(base, secondOfOther);
    if (b == null) {
      return Optional.empty();
    }
    ECPoint shared =
        b.subtract(gx4.multiply(ECJPAKEUtil.calculateX2s(Curve.N, x2, s))).multiply(x2).normalize();
    return shared.isInfinity()
        ? Optional.empty()
        : Optional.of(ByteString.copyFrom(shared.getAffineXCoord().getEncoded()));
  }

  /** A point and the proof that its sender knows its logarithm; null when it does not hold. */
  private @Nullable ECPoint proven(ECPoint base, ByteString bytes) {
    ECPoint point = Curve.decode(bytes.substring(0, POINT_BYTES));
    if (point == null) {
      return null;
    }
    SchnorrProof proof = SchnorrProof.read(bytes.substring(POINT_BYTES));
    return proof != null && proof.holds(base, point, other) ? point : null;
  }

  private void enter(State expected, State next) {
    if (state != expected) {
      throw new IllegalStateException("a step of the exchange out of turn: " + state);
    }
    state = next;
  }

  static ByteString encode(ECPoint point) {
    return ByteString.copyFrom(point.getEncoded(true));
  }

  static ByteString encode(BigInteger number) {
    return ByteString.copyFrom(BigIntegers.asUnsignedByteArray(KEY_BYTES, number));
  }
}
