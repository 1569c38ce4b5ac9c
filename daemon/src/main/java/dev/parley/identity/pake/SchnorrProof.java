package dev.parley.identity.pake;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKEUtil;
import org.bouncycastle.crypto.agreement.ecjpake.ECSchnorrZKP;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/**
 * That somebody knows x of X = base·x, without telling x (RFC 8235): V = base·v for a random v, and
 * r = v - x·c for c = hash(base, V, X, name). BouncyCastle makes it; what it hashes, and how it
 * writes that down, is repeated here to check one.
 */
record SchnorrProof(ECPoint v, BigInteger r) {
  static final int BYTES = 33 + 32;

  private static final int POINT_BYTES = 33;

  static SchnorrProof make(
      ECPoint base, BigInteger x, ECPoint point, String name, SecureRandom random) {
    ECSchnorrZKP made =
        ECJPAKEUtil.calculateZeroKnowledgeProof(
            base, Curve.N, x, point, new SHA256Digest(), name, random);
    return new SchnorrProof(made.getV().normalize(), made.getr());
  }

  /** Null when these 65 bytes are none. */
  static @Nullable SchnorrProof read(ByteString bytes) {
    ECPoint v = Curve.decode(bytes.substring(0, POINT_BYTES));
    BigInteger r = new BigInteger(1, bytes.substring(POINT_BYTES).toByteArray());
    return v == null || r.compareTo(Curve.N) >= 0 ? null : new SchnorrProof(v, r);
  }

  ByteString bytes() {
    return EcJpake.encode(v).concat(EcJpake.encode(r));
  }

  /** RFC 8235 §3.3: V = base·r + X·c. */
  boolean holds(ECPoint base, ECPoint point, String name) {
    BigInteger c = challenge(base, point, name).mod(Curve.N);
    return v.equals(ECAlgorithms.sumOfTwoMultiplies(base, r, point, c).normalize());
  }

  private BigInteger challenge(ECPoint base, ECPoint point, String name) {
    ByteString hashed =
        sized(EcJpake.encode(base))
            .concat(sized(EcJpake.encode(v)))
            .concat(sized(EcJpake.encode(point)))
            .concat(sized(ByteString.copyFrom(name, StandardCharsets.UTF_8)));
    // With its sign, as BouncyCastle reads it.
    return new BigInteger(Hashing.sha256().hashBytes(hashed.toByteArray()).asBytes());
  }

  private static ByteString sized(ByteString part) {
    return ByteString.copyFrom(ByteBuffer.allocate(Integer.BYTES).putInt(part.size()).flip())
        .concat(part);
  }
}
