package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.PeerKey;
import dev.parley.nat.path.Flow;
import dev.parley.nat.path.NoticeSigner;
import dev.parley.nat.path.PathListener;
import dev.parley.nat.path.PathSwitch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionIdsTest {
  private final ConnectionIds ids = new ConnectionIds();
  private final PathSwitch flows =
      new PathSwitch(ids, new NoSigner(), new PathListener() {}, System::nanoTime, new Random(1));

  private Flow flow() {
    return flows.dial(new PeerKey(1, 2, 3, 4), List.of(), List.of());
  }

  /** A long header (RFC 8999 §5.1). */
  private static ByteBuf longHeader(int first, int version, byte[] to, byte[] from, int size) {
    ByteBuf out = Unpooled.buffer(Math.max(size, 8));
    out.writeByte(first).writeInt(version);
    out.writeByte(to.length).writeBytes(to).writeByte(from.length).writeBytes(from);
    if (out.readableBytes() < size) {
      out.writeZero(size - out.readableBytes());
    }
    return out;
  }

  private static ByteBuf shortHeader(byte[] to) {
    return Unpooled.buffer().writeByte(0x40).writeBytes(to).writeZero(20);
  }

  private static byte[] id(int length, int seed) {
    byte[] id = new byte[length];
    new Random(seed).nextBytes(id);
    return id;
  }

  @Test
  void aFlowIsFoundByTheIdThatItsFirstLongHeaderHasToldForUs() {
    Flow flow = flow();
    byte[] ours = id(16, 1);
    byte[] theirs = id(20, 2);
    ids.sending(longHeader(0xc0, 1, theirs, ours, 1200), flow);

    assertThat(ids.find(shortHeader(ours))).isSameAs(flow);
    assertThat(ids.find(longHeader(0xe0, 1, ours, theirs, 100))).isSameAs(flow);
    assertThat(ids.find(shortHeader(id(16, 3)))).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 15, 16, 17, 20})
  void anIdOfAnyLengthThatAClientMayChooseIsKnownAgain(int length) {
    Flow flow = flow();
    byte[] chosen = id(length, length);
    ByteBuf initial = longHeader(0xc0, 1, chosen, id(16, 9), 1200);
    assertThat(ids.mayOpen(initial)).isTrue();
    ids.opened(initial, flow);
    assertThat(ids.find(longHeader(0xc0, 1, chosen, id(5, 9), 1200))).isSameAs(flow);

    for (int i = 0; i < length; i++) {
      byte[] other = chosen.clone();
      other[i] ^= 1;
      assertThat(ids.find(longHeader(0xc0, 1, other, id(16, 9), 1200))).as("byte %s", i).isNull();
    }
    byte[] longer = java.util.Arrays.copyOf(chosen, length + 1);
    assertThat(ids.find(longHeader(0xc0, 1, longer, id(16, 9), 1200))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0xc0, 1, 16, 1200, true",
    "0xc3, 1, 8, 1400, true",
    "0xc0, 1, 16, 1199, false", // RFC 9000 §14.1: padded to 1,200 bytes
    "0xd0, 1, 16, 1200, false", // 0-RTT
    "0xe0, 1, 16, 1200, false", // a handshake packet
    "0xf0, 1, 16, 1200, false", // a retry
    "0x40, 1, 16, 1200, false", // a short header
    "0xc0, 0, 16, 1200, false", // version negotiation
    "0xc0, 2, 16, 1200, false",
    "0xc0, 1, 7, 1200, false", // RFC 9000 §7.2: at least 8 bytes
    "0xc0, 1, 0, 1200, false",
    "0xc0, 1, 21, 1200, false"
  })
  void onlyAPaddedInitialOfVersionOneBeginsAFlow(
      String first, int version, int idLength, int size, boolean begins) {
    ByteBuf packet = longHeader(Integer.decode(first), version, id(idLength, 1), id(16, 2), size);
    assertThat(ids.mayOpen(packet)).isEqualTo(begins);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void truncatedAndHostileInputNeverThrowsAndNeverMovesAnIndex(long seed) {
    Random random = new Random(seed);
    Flow flow = flow();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(i % 10 == 0 ? 1300 : 45)];
      random.nextBytes(bytes);
      if (bytes.length > 5 && random.nextBoolean()) {
        bytes[0] = (byte) (0xc0 | random.nextInt(64));
        bytes[5] = (byte) random.nextInt(24);
      }
      int skip = random.nextInt(bytes.length);
      ByteBuf packet = Unpooled.wrappedBuffer(bytes).skipBytes(skip);
      ids.find(packet);
      boolean may = ids.mayOpen(packet);
      assertThat(may && packet.readableBytes() < 1200).as("seed %s", seed).isFalse();
      ids.sending(packet, flow);
      ids.opened(packet, flow);
      assertThat(packet.readerIndex()).isEqualTo(skip);
    }
    assertThat(ids.size()).isLessThanOrEqualTo(8);
  }

  @Test
  void soManyIdsAreLearnedPerFlowAndAllAreForgottenWithIt() {
    Map<Flow, byte[]> first = new HashMap<>();
    for (int f = 0; f < 20; f++) {
      Flow flow = flow();
      first.put(flow, id(16, 1_000 * f));
      for (int i = 0; i < 100; i++) {
        ids.sending(longHeader(0xc0, 1, id(8, 7), id(16, 1_000 * f + i), 1200), flow);
      }
    }
    assertThat(ids.size()).isEqualTo(20 * 8);
    first.forEach(
        (flow, known) -> {
          assertThat(ids.find(shortHeader(known))).isSameAs(flow);
          flows.close(flow);
          assertThat(ids.find(shortHeader(known))).isNull();
        });
    assertThat(ids.size()).isZero();
  }

  @Test
  void anIdBelongsToWhoeverHadItFirst() {
    Flow first = flow();
    Flow second = flow();
    byte[] shared = id(16, 1);
    ids.sending(longHeader(0xc0, 1, id(8, 7), shared, 1200), first);
    ids.sending(longHeader(0xc0, 1, id(8, 7), shared, 1200), second);
    flows.close(second);
    assertThat(ids.find(shortHeader(shared))).isSameAs(first);
  }

  private static final class NoSigner implements NoticeSigner {
    @Override
    public byte[] sign(byte[] statement) {
      return new byte[64];
    }

    @Override
    public boolean verify(PeerKey signer, byte[] statement, byte[] signature) {
      return false;
    }
  }
}
