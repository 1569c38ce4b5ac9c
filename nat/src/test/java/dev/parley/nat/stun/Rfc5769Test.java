package dev.parley.nat.stun;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The test vectors of RFC 5769 §2.1 to §2.3. */
final class Rfc5769Test {
  private static final byte[] KEY = "VOkJxbRl1RmTxUk/WvJxBt".getBytes(StandardCharsets.US_ASCII);

  private static final String REQUEST =
      "000100582112a442b7e7a701bc34d686fa87dfae"
          + "802200105354554e207465737420636c69656e74"
          + "002400046e0001ff"
          + "80290008932ff9b151263b36"
          + "000600096576746a3a68367659202020"
          + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
          + "80280004e57a3bcf";

  private static final String IPV4_RESPONSE =
      "0101003c2112a442b7e7a701bc34d686fa87dfae"
          + "8022000b7465737420766563746f7220"
          + "002000080001a147e112a643"
          + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
          + "80280004c07d4c96";

  private static final String IPV6_RESPONSE =
      "010100482112a442b7e7a701bc34d686fa87dfae"
          + "8022000b7465737420766563746f7220"
          + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
          + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
          + "80280004c8fb0b4c";

  @Test
  void theSampleRequestIsReadAndItsIntegrityHolds() {
    StunMessage request = parse(REQUEST);

    assertThat(request.messageClass()).isEqualTo(StunClass.REQUEST);
    assertThat(request.method()).isEqualTo(StunMessage.BINDING);
    assertThat(request.username()).contains("evtj:h6vY");
    assertThat(request.hasFingerprint()).isTrue();
    assertThat(request.verifyIntegrity(KEY)).isTrue();
    assertThat(request.verifyIntegrity(new byte[] {1})).isFalse();
    assertThat(
            request.unknownRequired(
                Set.of(StunAttributes.USERNAME, StunAttributes.MESSAGE_INTEGRITY)))
        .containsExactly(0x0024);
  }

  @Test
  void theSampleIpv4ResponseNamesItsAddress() {
    StunMessage response = parse(IPV4_RESPONSE);

    assertThat(response.messageClass()).isEqualTo(StunClass.SUCCESS);
    assertThat(response.mappedAddress()).contains(new InetSocketAddress("192.0.2.1", 32853));
    assertThat(response.verifyIntegrity(KEY)).isTrue();
  }

  @Test
  void theSampleIpv6ResponseNamesItsAddress() {
    StunMessage response = parse(IPV6_RESPONSE);

    assertThat(response.mappedAddress())
        .contains(new InetSocketAddress("2001:db8:1234:5678:11:2233:4455:6677", 32853));
    assertThat(response.verifyIntegrity(KEY)).isTrue();
  }

  @Test
  void theWriterMakesTheSameBytesAsTheSampleResponse() {
    ByteBuf software = Unpooled.copiedBuffer("test vector", StandardCharsets.US_ASCII);
    ByteBuf made =
        StunWriter.binding(StunClass.SUCCESS, parse(IPV4_RESPONSE).transactionId())
            .attribute(StunAttributes.SOFTWARE, software)
            .xorMappedAddress(new InetSocketAddress("192.0.2.1", 32853))
            .finish(UnpooledByteBufAllocator.DEFAULT);

    // The sample pads with a space where we pad with zero; the checks that follow cover the
    // padding.
    String expected =
        IPV4_RESPONSE.substring(0, 2 * (20 + 16 + 12)).replace("0101003c", "0101001c");
    assertThat(HexFormat.of().formatHex(bytes(made)))
        .isEqualTo(expected.replace("6f7220", "6f7200"));
  }

  @Test
  void aSingleChangedBitAnywhereIsNoticed() {
    int protectedBits = (bytes(hex(REQUEST)).length - 8) * 8; // all but the FINGERPRINT itself
    for (int bit = 0; bit < protectedBits; bit++) {
      byte[] changed = HexFormat.of().parseHex(REQUEST);
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      // A changed length may hide the checks, but it cannot make one pass.
      assertThat(
              StunMessage.parse(Unpooled.wrappedBuffer(changed))
                  .filter(m -> m.hasFingerprint() || m.verifyIntegrity(KEY)))
          .as("bit %d", bit)
          .isEmpty();
    }
  }

  private static StunMessage parse(String hex) {
    return StunMessage.parse(hex(hex)).orElseThrow();
  }

  private static ByteBuf hex(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
  }

  private static byte[] bytes(ByteBuf buffer) {
    return io.netty.buffer.ByteBufUtil.getBytes(buffer);
  }
}
