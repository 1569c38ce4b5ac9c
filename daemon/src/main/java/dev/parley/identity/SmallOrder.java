package dev.parley.identity;

import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.util.HexFormat;

/**
 * The public keys that belong to nobody.
 *
 * <p>A point of order 1, 2, 4 or 8 is no product of a private key, yet with one as the key the
 * equation of RFC 8032 §5.1.7 holds for signatures that anybody can write down, and the JDK does
 * not look. Such a "peer" could be played by everyone.
 */
final class SmallOrder {
  /** Little-endian y without the sign of x: all of them, and those that are not reduced mod p. */
  private static final ImmutableSet<ByteString> POINTS =
      ImmutableSet.of(
          point("0000000000000000000000000000000000000000000000000000000000000000"),
          point("0100000000000000000000000000000000000000000000000000000000000000"),
          point("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
          point("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
          point("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
          point("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
          point("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));

  private SmallOrder() {}

  static boolean contains(PeerId id) {
    byte[] y = id.toByteArray();
    y[PeerId.BYTES - 1] &= 0x7f;
    return POINTS.contains(ByteString.copyFrom(y));
  }

  private static ByteString point(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
