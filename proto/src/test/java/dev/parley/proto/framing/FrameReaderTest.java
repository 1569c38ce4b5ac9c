package dev.parley.proto.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static final int MAX = 700;

  /** Sizes on both sides of every length of the varint and of the first allocation. */
  private static final List<BytesValue> MESSAGES =
      IntStream.of(0, 1, 125, 126, 127, 510, 513, 0, MAX - 3)
          .mapToObj(FrameReaderTest::message)
          .toList();

  private static final byte[] STREAM = FrameWriter.encode(MESSAGES, MAX);
  private static final List<ByteString> PAYLOADS =
      MESSAGES.stream().map(BytesValue::toByteString).toList();

  private final List<ByteString> frames = new ArrayList<>();
  private final FrameReader reader = new FrameReader(MAX);

  static IntStream splits() {
    return IntStream.rangeClosed(0, STREAM.length);
  }

  @ParameterizedTest
  @MethodSource("splits")
  void framesComeOutWholeWhereverTheBytesAreSplit(int split) throws Exception {
    read(STREAM, 0, split);
    read(STREAM, split, STREAM.length);

    assertThat(frames).isEqualTo(PAYLOADS);
    assertThat(reader.isAmidFrame()).isFalse();
  }

  @Test
  void framesComeOutWholeByteByByte() throws Exception {
    for (int i = 0; i < STREAM.length; i++) {
      read(STREAM, i, i + 1);
    }

    assertThat(frames).isEqualTo(PAYLOADS);
  }

  @RepeatedTest(50)
  void framesComeOutWholeFromPiecesOfAnySize(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int from = 0; from < STREAM.length; ) {
      int to = Math.min(STREAM.length, from + random.nextInt(40));
      read(STREAM, from, to);
      from = to;
    }

    assertThat(frames).as("seed %d", repetition.getCurrentRepetition()).isEqualTo(PAYLOADS);
  }

  @Test
  void aDirectBufferIsReadLikeAnyOther() throws Exception {
    ByteBuffer direct = ByteBuffer.allocateDirect(STREAM.length).put(STREAM).flip();

    reader.read(direct, frames::add);

    assertThat(frames).isEqualTo(PAYLOADS);
  }

  @Test
  void aFrameDoesNotChangeWithTheBufferItCameFrom() throws Exception {
    byte[] bytes = {2, 'h', 'i'};
    read(bytes, 0, 3);
    bytes[1] = 'x';

    assertThat(frames).containsExactly(ByteString.copyFromUtf8("hi"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, (1 << 28) - 1})
  void theLargestFrameAllowedPassesAndOneByteMoreDoesNot(int max) throws Exception {
    FrameReader atLimit = new FrameReader(max);
    atLimit.read(ByteBuffer.wrap(varint(max)), frames::add);
    assertThat(atLimit.isAmidFrame()).isTrue();

    assertThatThrownBy(
            () -> new FrameReader(max).read(ByteBuffer.wrap(varint(max + 1)), frames::add))
        .isInstanceOf(FramingException.class);
    assertThat(frames).isEmpty();
  }

  @Test
  void aFrameAtTheLimitComesOut() throws Exception {
    byte[] payload = new byte[MAX];
    read(varint(MAX), 0, 2);
    read(payload, 0, MAX);

    assertThat(frames).containsExactly(ByteString.copyFrom(payload));
  }

  @Test
  void framesBeforeABadLengthStillComeOut() {
    byte[] bytes = {1, 'a', (byte) 0x80, 0};

    assertThatThrownBy(() -> read(bytes, 0, bytes.length)).isInstanceOf(FramingException.class);
    assertThat(frames).containsExactly(ByteString.copyFromUtf8("a"));
  }

  @Test
  void anAnnouncedLengthAllocatesNothing() throws Exception {
    FrameReader huge = new FrameReader((1 << 28) - 1);
    ByteBuffer announced = ByteBuffer.wrap(varint((1 << 28) - 1));
    ByteBuffer oneByte = ByteBuffer.wrap(new byte[1]);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    huge.read(announced, frames::add);
    huge.read(oneByte, frames::add);

    // A quarter of a gigabyte was announced.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000_000);
    assertThat(huge.isAmidFrame()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1 << 28, Integer.MAX_VALUE})
  void aLimitThatNoLengthCanExpressIsRefused(int max) {
    assertThatIllegalArgumentException().isThrownBy(() -> new FrameReader(max));
  }

  @Test
  void theReaderKnowsWhetherTheStreamEndedAmidAFrame() throws Exception {
    assertThat(reader.isAmidFrame()).isFalse();
    read(new byte[] {(byte) 0x82}, 0, 1);
    assertThat(reader.isAmidFrame()).as("amid the length").isTrue();
    read(new byte[] {1, 'a'}, 0, 2);
    assertThat(reader.isAmidFrame()).as("amid the payload").isTrue();
  }

  @Test
  void theWriterRefusesWhatTheReaderWould() {
    BytesValue tooLarge = message(MAX);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrameWriter.encode(List.of(tooLarge), MAX))
        .withMessageContaining("at most " + MAX);
  }

  @Test
  void nothingToWriteIsNoBytes() {
    assertThat(FrameWriter.encode(List.of(), MAX)).isEmpty();
  }

  private void read(byte[] bytes, int from, int to) throws FramingException {
    ByteBuffer piece = ByteBuffer.wrap(bytes, from, to - from);
    reader.read(piece, frames::add);
    assertThat(piece.hasRemaining()).isFalse();
  }

  private static BytesValue message(int bytes) {
    byte[] body = new byte[bytes];
    new Random(bytes).nextBytes(body);
    return BytesValue.of(ByteString.copyFrom(body));
  }

  private static byte[] varint(int value) {
    ByteBuffer out = ByteBuffer.allocate(5);
    int rest = value;
    while (rest >= 0x80) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest).flip();
    byte[] bytes = new byte[out.remaining()];
    out.get(bytes);
    return bytes;
  }
}
