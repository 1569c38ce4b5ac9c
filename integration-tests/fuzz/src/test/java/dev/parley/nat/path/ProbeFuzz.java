package dev.parley.nat.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Buffers;
import dev.parley.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;

/** Probes of paths, from whoever knows the port. */
public final class ProbeFuzz {
  /** What the target of the whole UDP port reaches in this package. */
  public static final List<Class<?>> BEHIND_THE_PORT = List.of(Demultiplexer.class, Route.class);

  private ProbeFuzz() {}

  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("probe", ProbeFuzz::probe, Probe.class)
            .seeds(
                bytes(new Probe(Probe.REQUEST, 1, 2), Probe.SMALL),
                bytes(new Probe(Probe.ANSWER, 3, 4), Probe.FULL),
                ByteBufUtil.getBytes(
                    new Probe(Probe.FORGOTTEN, 5, 6)
                        .encodeNotice(
                            UnpooledByteBufAllocator.DEFAULT, new byte[Probe.SIGNATURE_BYTES]))));
  }

  private static ProbeKeys keys() {
    byte[] secret = new byte[ProbeKeys.SECRET_BYTES];
    return ProbeKeys.derive(secret, secret, 1, 2);
  }

  private static byte[] bytes(Probe probe, int size) {
    return ByteBufUtil.getBytes(probe.encode(UnpooledByteBufAllocator.DEFAULT, size, keys()));
  }

  private static void probe(byte[] input) {
    try (Buffers buffers = new Buffers()) {
      ByteBuf packet = buffers.of(input);
      Probe.parse(packet).ifPresent(probe -> look(probe, packet, buffers));
      assertThat(packet.readableBytes()).isEqualTo(input.length);
      packet.release();
    }
  }

  private static void look(Probe probe, ByteBuf packet, Buffers buffers) {
    ProbeKeys keys = keys();
    boolean notice = probe.type() == Probe.FORGOTTEN;
    ByteBuf again =
        notice
            ? probe.encodeNotice(buffers.allocator(), Probe.signatureOf(packet))
            : probe.encode(buffers.allocator(), packet.readableBytes(), keys);
    assertThat(Probe.parse(again)).contains(probe);
    if (notice) {
      assertThat(again.slice(1, again.readableBytes() - 1))
          .isEqualTo(packet.slice(1, packet.readableBytes() - 1));
    } else {
      assertThat(Probe.isAuthentic(again, keys)).isTrue();
      assertThat(Probe.isAuthentic(packet, keys)).isEqualTo(again.equals(packet));
    }
    again.release();
  }
}
