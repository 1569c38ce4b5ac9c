package dev.parley.proto.id;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.proto.Vectors;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdVectorsTest {
  private static final Vectors VECTORS = new Vectors("ids.txt");

  static List<String> peers() {
    return VECTORS.withField("bytes");
  }

  static List<String> messages() {
    return VECTORS.withField("millis");
  }

  static List<String> noPeers() {
    return VECTORS.inGroup("peer-refused");
  }

  static List<String> noMessages() {
    return VECTORS.inGroup("message-refused");
  }

  @ParameterizedTest
  @MethodSource("peers")
  void aPeerIdAndItsTextAreOneToOne(String name) {
    PeerId id = PeerId.of(VECTORS.bytes(name + ".bytes"));
    String text = VECTORS.text(name + ".text");

    assertThat(id).hasToString(text);
    assertThat(PeerId.parse(text)).contains(id);
    assertThat(PeerId.parse(text.toUpperCase(Locale.ROOT))).contains(id);
    assertThat(text).startsWith(id.shortForm()).hasSize(PeerId.TEXT_LENGTH);
  }

  @ParameterizedTest
  @MethodSource("noPeers")
  void whatIsNoPeerIdIsRefused(String key) {
    assertThat(PeerId.parse(VECTORS.text(key))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageIdIsItsTimeAndItsRandomBits(String name) {
    byte[] random = VECTORS.bytes(name + ".random");
    RandomGenerator source = new Fixed(random);
    Instant madeAt = Instant.ofEpochMilli(Long.parseLong(VECTORS.text(name + ".millis")));
    String text = VECTORS.text(name + ".text");

    MessageId id = MessageId.next(madeAt, source);

    assertThat(id).hasToString(text);
    assertThat(MessageId.parse(text)).contains(id);
    assertThat(MessageId.parse(text.toUpperCase(Locale.ROOT))).contains(id);
    assertThat(text).hasSize(MessageId.TEXT_LENGTH);
  }

  @ParameterizedTest
  @MethodSource("noMessages")
  void whatIsNoMessageIdIsRefused(String key) {
    assertThat(MessageId.parse(VECTORS.text(key))).isEmpty();
  }

  /** Fills the end of every array with the same bytes: what precedes them is the time's place. */
  private record Fixed(byte[] bytes) implements RandomGenerator {
    @Override
    public void nextBytes(byte[] out) {
      ByteBuffer.wrap(out).position(out.length - bytes.length).put(bytes);
    }

    @Override
    public long nextLong() {
      throw new UnsupportedOperationException();
    }
  }
}
