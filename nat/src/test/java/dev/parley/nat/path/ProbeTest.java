package dev.parley.nat.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeTest {
  private static final long SEED = 5;
  private static final HexFormat HEX = HexFormat.of();

  private final byte[] here = filled(0x11);
  private final byte[] there = filled(0x99);
  private final ProbeKeys ours = ProbeKeys.derive(here, there, 1, 2);
  private final ProbeKeys theirs = ProbeKeys.derive(there, here, 2, 1);

  @Test
  void bothEndsDeriveTheSameKeyWhoeverDialled() {
    byte[] packet = encoded(new Probe(Probe.REQUEST, 2, 3), Probe.FULL, ours);
    assertThat(Probe.isAuthentic(Unpooled.wrappedBuffer(packet), theirs)).isTrue();
    assertThat(ours.localTag()).isEqualTo(theirs.remoteTag());
  }

  @Test
  void anotherSecretIsAnotherKey() {
    byte[] packet = encoded(new Probe(Probe.REQUEST, 2, 3), Probe.SMALL, ours);
    there[31] ^= 1;
    ProbeKeys strangers = ProbeKeys.derive(there, here, 2, 1);
    assertThat(Probe.isAuthentic(Unpooled.wrappedBuffer(packet), strangers)).isFalse();
  }

  @Test
  void aSecretOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> ProbeKeys.derive(new byte[31], there, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 bytes");
  }

  @Test
  void noByteOfAProbeCanBeChangedUnnoticed() {
    byte[] packet = encoded(new Probe(Probe.ANSWER, 2, 3), Probe.SMALL, ours);
    for (int i = 0; i < packet.length; i++) {
      byte[] changed = packet.clone();
      changed[i] ^= 1;
      assertThat(Probe.isAuthentic(Unpooled.wrappedBuffer(changed), theirs))
          .as("byte %s", i)
          .isFalse();
    }
    byte[] shorter = Arrays.copyOf(packet, packet.length - 1);
    assertThat(Probe.isAuthentic(Unpooled.wrappedBuffer(shorter), theirs)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 127, false",
    "1, 128, true",
    "1, 129, true",
    "1, 1199, true",
    "1, 1200, true",
    "1, 1201, false",
    "2, 128, true",
    "2, 82, false",
    "3, 82, true",
    "3, 81, false",
    "3, 83, false",
    "3, 128, false",
    "0, 128, false",
    "4, 128, false",
    "255, 1200, false"
  })
  void aProbeIsReadOnlyInTheSizesThatItsTypeHas(int type, int size, boolean readable) {
    byte[] packet = new byte[size];
    packet[0] = Probe.MAGIC;
    packet[1] = (byte) type;
    assertThat(Probe.parse(Unpooled.wrappedBuffer(packet)).isPresent()).isEqualTo(readable);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomBytesNeverThrowAndAreNeverAuthentic(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(1_400)];
      random.nextBytes(bytes);
      bytes[0] = Probe.MAGIC;
      bytes[bytes.length > 1 ? 1 : 0] = (byte) random.nextInt(5);
      ByteBuf packet = Unpooled.wrappedBuffer(bytes);
      Probe.parse(packet)
          .filter(probe -> probe.type() != Probe.FORGOTTEN)
          .ifPresent(
              probe -> assertThat(Probe.isAuthentic(packet, ours)).as("seed %s", seed).isFalse());
      assertThat(packet.readerIndex()).isZero();
    }
  }

  @Test
  void aNoticeIsSmallerThanTheSmallestProbeThatCausesIt() {
    ByteBuf notice =
        new Probe(Probe.FORGOTTEN, 1, 2)
            .encodeNotice(UnpooledByteBufAllocator.DEFAULT, new byte[Probe.SIGNATURE_BYTES]);
    assertThat(notice.readableBytes()).isLessThan(Probe.SMALL);
    notice.release();
  }

  @Test
  void everyTransactionIsGoodOnce() {
    Random random = new Random(SEED);
    Set<Long> transactions = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      long transaction = ours.nextTransaction(random);
      assertThat(transactions.add(transaction)).isTrue();
      assertThat(theirs.isFresh(transaction)).isTrue();
      assertThat(theirs.isFresh(transaction)).isFalse();
    }
  }

  @Test
  void packetsAreAsTheTestVectorsSay() {
    Properties vectors = vectors();
    ProbeKeys dialler =
        ProbeKeys.derive(
            bytes(vectors, "dialler.secret"),
            bytes(vectors, "acceptor.secret"),
            number(vectors, "dialler.tag"),
            number(vectors, "acceptor.tag"));
    ProbeKeys acceptor =
        ProbeKeys.derive(
            bytes(vectors, "acceptor.secret"),
            bytes(vectors, "dialler.secret"),
            number(vectors, "acceptor.tag"),
            number(vectors, "dialler.tag"));
    long transaction = number(vectors, "transaction");

    byte[] small =
        encoded(new Probe(Probe.REQUEST, dialler.remoteTag(), transaction), Probe.SMALL, dialler);
    byte[] answer =
        encoded(new Probe(Probe.ANSWER, acceptor.remoteTag(), transaction), Probe.SMALL, acceptor);
    byte[] full =
        encoded(new Probe(Probe.REQUEST, dialler.remoteTag(), transaction), Probe.FULL, dialler);
    assertThat(HEX.formatHex(small)).isEqualTo(vectors.getProperty("request.small"));
    assertThat(HEX.formatHex(answer)).isEqualTo(vectors.getProperty("answer.small"));
    assertThat(HEX.formatHex(full, Probe.FULL - ProbeKeys.TAG_BYTES, Probe.FULL))
        .isEqualTo(vectors.getProperty("request.full.tag"));
    assertThat(
            HEX.formatHex(
                new Probe(Probe.FORGOTTEN, dialler.remoteTag(), transaction).noticeBytes()))
        .isEqualTo(vectors.getProperty("notice.statement"));
  }

  private static Properties vectors() {
    Properties vectors = new Properties();
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(ProbeTest.class.getResourceAsStream("/vectors/probe.txt")),
            StandardCharsets.UTF_8)) {
      vectors.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the test vectors", e);
    }
    return vectors;
  }

  private static byte[] bytes(Properties vectors, String name) {
    return HEX.parseHex(vectors.getProperty(name));
  }

  private static long number(Properties vectors, String name) {
    return Long.parseUnsignedLong(vectors.getProperty(name), 16);
  }

  private static byte[] encoded(Probe probe, int size, ProbeKeys keys) {
    ByteBuf out = probe.encode(UnpooledByteBufAllocator.DEFAULT, size, keys);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    out.release();
    return bytes;
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[ProbeKeys.SECRET_BYTES];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
