package dev.parley.nat.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StunMessageTest {
  /** What a test makes is small, and the collector takes it. */
  private static final ByteBufAllocator UNTRACKED = new UnpooledByteBufAllocator(false, true);

  private static final TransactionId ID = new TransactionId(7, 0x0123456789abcdefL);
  private static final byte[] KEY = "secret".getBytes(StandardCharsets.US_ASCII);

  @Test
  void randomBytesAreNeverStunAndNeverThrow() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      ByteBuf datagram = Unpooled.buffer();
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      datagram.writeBytes(noise);
      if (noise.length >= 20) {
        // Half right is where parsers stumble.
        datagram.setShort(0, 0x0101).setShort(2, noise.length - 20);
        datagram.setInt(4, StunMessage.MAGIC_COOKIE);
      }
      assertThat(StunMessage.parse(datagram).flatMap(StunMessage::mappedAddress))
          .as("seed %d, round %d", seed, round)
          .isEmpty();
      assertThat(datagram.readerIndex()).isZero();
    }
  }

  @Test
  void aMessageAtTheLargestSizeIsReadAndOneByteFieldMoreIsNot() {
    int room = StunMessage.MAX_BYTES - StunMessage.HEADER_BYTES - 4;
    ByteBuf largest = withSoftware(room);
    assertThat(largest.readableBytes()).isEqualTo(StunMessage.MAX_BYTES);
    assertThat(StunMessage.parse(largest)).isPresent();

    ByteBuf larger = Unpooled.copiedBuffer(largest, Unpooled.wrappedBuffer(new byte[4]));
    larger.setShort(2, larger.readableBytes() - StunMessage.HEADER_BYTES);
    assertThat(StunMessage.parse(larger)).isEmpty();
  }

  @Test
  void moreAttributesThanTheLimitAreRefused() {
    assertThat(StunMessage.parse(withEmptyAttributes(StunMessage.MAX_ATTRIBUTES))).isPresent();
    assertThat(StunMessage.parse(withEmptyAttributes(StunMessage.MAX_ATTRIBUTES + 1))).isEmpty();
  }

  @Test
  void trailingBytesAndShortLengthsAreRefused() {
    ByteBuf whole = withSoftware(8);
    assertThat(StunMessage.parse(Unpooled.copiedBuffer(whole, Unpooled.copyInt(0)))).isEmpty();
    assertThat(StunMessage.parse(whole.slice(0, whole.readableBytes() - 4))).isEmpty();
    assertThat(StunMessage.parse(whole.slice(0, 19))).isEmpty();
  }

  @Test
  void anAttributeAfterTheIntegrityIsIgnored() {
    ByteBuf message =
        StunWriter.binding(StunClass.SUCCESS, ID)
            .integrity(KEY)
            .xorMappedAddress(new InetSocketAddress("192.0.2.66", 1))
            .fingerprint()
            .finish(UNTRACKED);
    StunMessage parsed = StunMessage.parse(message).orElseThrow();

    assertThat(parsed.verifyIntegrity(KEY)).isTrue();
    assertThat(parsed.mappedAddress()).isEmpty();
    assertThat(parsed.hasFingerprint()).isTrue();
  }

  @Test
  void aFingerprintThatIsNotLastIsRefused() {
    ByteBuf message =
        StunWriter.binding(StunClass.REQUEST, ID).fingerprint().username("after").finish(UNTRACKED);

    assertThat(StunMessage.parse(message)).isEmpty();
  }

  @Test
  void theAddressOfAnOldServerIsReadFromTheUnmaskedAttribute() {
    ByteBuf value =
        Unpooled.buffer().writeByte(0).writeByte(1).writeShort(4000).writeInt(0x7f000001);
    ByteBuf message =
        StunWriter.binding(StunClass.SUCCESS, ID)
            .attribute(StunAttributes.MAPPED_ADDRESS, value)
            .finish(UNTRACKED);

    assertThat(StunMessage.parse(message).orElseThrow().mappedAddress())
        .contains(new InetSocketAddress("127.0.0.1", 4000));
  }

  @Test
  void errorsAndEveryClassSurviveARoundTrip() {
    for (StunClass messageClass : StunClass.values()) {
      ByteBuf message =
          StunWriter.binding(messageClass, ID)
              .error(new StunError(StunError.ROLE_CONFLICT, "Role Conflict"))
              .username("ä:b")
              .integrity(KEY)
              .finish(UNTRACKED);
      StunMessage parsed = StunMessage.parse(message).orElseThrow();

      assertThat(parsed.messageClass()).isEqualTo(messageClass);
      assertThat(parsed.method()).isEqualTo(StunMessage.BINDING);
      assertThat(parsed.transactionId()).isEqualTo(ID);
      assertThat(parsed.error()).contains(new StunError(487, "Role Conflict"));
      assertThat(parsed.username()).contains("ä:b");
      assertThat(parsed.verifyIntegrity(KEY)).isTrue();
    }
  }

  @Test
  void aUsernamePastTheLimitIsRefusedToTheCaller() {
    StunWriter writer = StunWriter.binding(StunClass.REQUEST, ID);
    assertThatThrownBy(() -> writer.username("x".repeat(509))).hasMessageContaining("at most 508");
  }

  @Test
  void aBindingRequestIsAnsweredWithItsSourceAndLittleElse() {
    InetSocketAddress source = new InetSocketAddress("2001:db8::1", 9);
    ByteBuf plain = request().finish(UNTRACKED);
    ByteBuf withFingerprint = request().fingerprint().finish(UNTRACKED);

    StunMessage first = StunMessage.parse(answer(plain, source)).orElseThrow();
    assertThat(first.mappedAddress()).contains(source);
    assertThat(first.transactionId()).isEqualTo(ID);
    assertThat(first.hasFingerprint()).isFalse();
    assertThat(StunMessage.parse(answer(withFingerprint, source)).orElseThrow().hasFingerprint())
        .isTrue();
    assertThat(answer(withFingerprint, source).readableBytes()).isLessThanOrEqualTo(52);
  }

  @Test
  void aRequestWithAnUnknownRequiredAttributeGetsError420AndFewNames() {
    StunWriter request = request();
    for (int type = 0x7000; type < 0x7010; type++) {
      request.attribute(type, Unpooled.buffer());
    }
    ByteBuf answer = answer(request.finish(UNTRACKED), new InetSocketAddress("127.0.0.1", 9));
    StunMessage parsed = StunMessage.parse(answer).orElseThrow();

    assertThat(parsed.error()).contains(new StunError(420, ""));
    ByteBuf names = parsed.attribute(StunAttributes.UNKNOWN_ATTRIBUTES).orElseThrow();
    assertThat(List.of(names.readUnsignedShort(), names.readUnsignedShort()))
        .containsExactly(0x7000, 0x7001);
    assertThat(answer.readableBytes()).isLessThanOrEqualTo(52);
  }

  @Test
  void responsesIndicationsAndNoiseAreNotAnswered() {
    InetSocketAddress source = new InetSocketAddress("127.0.0.1", 9);
    for (StunClass messageClass :
        List.of(StunClass.INDICATION, StunClass.SUCCESS, StunClass.ERROR)) {
      ByteBuf message = StunWriter.binding(messageClass, ID).finish(UNTRACKED);
      assertThat(BindingResponder.answer(message, source, UNTRACKED)).isEmpty();
    }
  }

  private static StunWriter request() {
    return StunWriter.binding(StunClass.REQUEST, ID);
  }

  private static ByteBuf answer(ByteBuf request, InetSocketAddress source) {
    return BindingResponder.answer(request, source, UNTRACKED).orElseThrow();
  }

  private static ByteBuf withSoftware(int bytes) {
    return request()
        .attribute(StunAttributes.SOFTWARE, Unpooled.wrappedBuffer(new byte[bytes]))
        .finish(UNTRACKED);
  }

  private static ByteBuf withEmptyAttributes(int count) {
    StunWriter writer = request();
    for (int i = 0; i < count; i++) {
      writer.attribute(0x8100, Unpooled.buffer());
    }
    return writer.finish(UNTRACKED);
  }
}
