package dev.parley.nat.ice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Buffers;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Input;
import dev.parley.nat.stun.StunClass;
import dev.parley.nat.stun.StunMessage;
import dev.parley.nat.stun.StunWriter;
import dev.parley.nat.stun.TransactionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import org.ice4j.StunException;
import org.ice4j.message.Message;

/** Connectivity checks: what a stranger sends, and what a peer signs that means ill. */
public final class IceFuzz {
  private static final InetSocketAddress FROM = new InetSocketAddress("203.0.113.7", 4_321);
  private static final InetSocketAddress BASE = new InetSocketAddress("192.0.2.1", 4_000);
  private static final IceCredentials OWN = new IceCredentials("abcd", "0123456789abcdefghijkl");

  /** Names of attributes in an input, so that those that mean something come up at once. */
  private static final int[] TYPES = {
    0x0001, 0x0006, 0x0009, 0x000a, 0x0014, 0x0015, 0x0020, 0x0024, 0x0025, 0x8022, 0x8029, 0x802a
  };

  private IceFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] check =
        Input.ofPieces(
            new byte[] {110, 0, 1, -1}, new byte[0], new byte[] {0, 0, 0, 0, 0, 0, 0, 9});
    byte[] signed = new byte[check.length + 3];
    signed[1] = 7;
    System.arraycopy(check, 0, signed, 2, check.length);
    return List.of(
        FuzzTarget.of("ice-check", IceFuzz::check, CheckDemultiplexer.class)
            .seeds(signed)
            .seeds(new byte[] {0, 7, 0, 4, 110, 0, 1, -1, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8}));
  }

  private static void check(byte[] input) throws SocketException {
    CheckDemultiplexer checks = new CheckDemultiplexer((packet, to) -> packet.release());
    CheckPort port = new CheckPort(BASE, (from, packet, to) -> {});
    checks.register(port, OWN);
    checks.remote(port, OWN);
    try (Buffers buffers = new Buffers()) {
      ByteBuf stranger = buffers.of(input);
      assertThat(checks.onStun(stranger, FROM)).as("nobody signs by chance").isFalse();
      stranger.release();
      byte[] signed = signed(new Input(input));
      ByteBuf packet = buffers.of(signed);
      if (checks.onStun(packet, FROM)) {
        read(port.take().packet());
      }
      packet.release();
    }
  }

  /** A request that names us and is signed, with whatever attributes the input has. */
  private static byte[] signed(Input in) {
    StunWriter writer =
        StunWriter.binding(StunClass.REQUEST, TransactionId.random(() -> 7))
            .username(OWN.ufrag() + ":peer");
    int room = StunMessage.MAX_BYTES - 128;
    while (in.hasMore() && room > 0) {
      int type = TYPES[in.number() % TYPES.length];
      byte[] value = in.piece();
      room -= value.length + 8;
      if (room > 0) {
        writer = writer.attribute(type, Unpooled.wrappedBuffer(value));
      }
    }
    ByteBuf out = writer.integrity(OWN.key()).finish(Unpooled.buffer().alloc());
    byte[] bytes = ByteBufUtil.getBytes(out);
    out.release();
    return bytes;
  }

  /** As ice4j does it, on a thread of its own. */
  private static void read(byte[] packet) {
    try {
      Message message = Message.decode(packet, (char) 0, (char) packet.length);
      assertThat(message).isNotNull();
    } catch (StunException e) {
      // It says that it does not like it.
    }
  }
}
