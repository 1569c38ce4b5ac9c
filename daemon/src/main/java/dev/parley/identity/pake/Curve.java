package dev.parley.identity.pake;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKECurve;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKECurves;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/** P-256. Its cofactor is 1, so that every point of the curve but infinity is of order N. */
final class Curve {
  private static final ECJPAKECurve P256 = ECJPAKECurves.NIST_P256;

  static final ECPoint G = P256.getG();
  static final BigInteger N = P256.getN();

  private Curve() {}

  /** A compressed point (SEC 1 §2.3.4), or null when there is none. */
  static @Nullable ECPoint decode(ByteString bytes) {
    try {
      ECPoint point = P256.getCurve().decodePoint(bytes.toByteArray());
      return point.isInfinity() || !point.isValid() ? null : point.normalize();
    } catch (IllegalArgumentException e) {
      // It came from outside: no such x, or not below the field's prime.
      return null;
    }
  }
}
