package dev.parley.proto.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.parley.proto.Vectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FramingVectorsTest {
  private static final Vectors VECTORS = new Vectors("framing.txt");

  static List<String> frames() {
    return VECTORS.withField("frame");
  }

  static List<String> refused() {
    return VECTORS.inGroup("refused");
  }

  @ParameterizedTest
  @MethodSource("frames")
  void aFrameIsReadAsItsPayload(String name) throws Exception {
    List<ByteString> payloads = new ArrayList<>();

    new FrameReader(1024).read(ByteBuffer.wrap(VECTORS.bytes(name + ".frame")), payloads::add);

    assertThat(payloads).containsExactly(ByteString.copyFrom(VECTORS.bytes(name + ".payload")));
  }

  @ParameterizedTest
  @MethodSource("frames")
  void aPayloadIsWrittenAsItsFrame(String name) throws Exception {
    UnknownFieldSet message = UnknownFieldSet.parseFrom(VECTORS.bytes(name + ".payload"));

    assertThat(FrameWriter.encode(List.of(message), 1024))
        .isEqualTo(VECTORS.bytes(name + ".frame"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aBadLengthIsRefusedWithItsLastByte(String key) throws Exception {
    byte[] bytes = VECTORS.bytes(key);
    FrameReader reader = new FrameReader(127);
    reader.read(ByteBuffer.wrap(bytes, 0, bytes.length - 1), FramingVectorsTest::unexpected);

    assertThatThrownBy(
            () ->
                reader.read(
                    ByteBuffer.wrap(bytes, bytes.length - 1, 1), FramingVectorsTest::unexpected))
        .isInstanceOf(FramingException.class);
  }

  private static void unexpected(ByteString frame) {
    throw new AssertionError("a frame came out: " + frame);
  }
}
