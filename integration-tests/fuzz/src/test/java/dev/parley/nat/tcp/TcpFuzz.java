package dev.parley.nat.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.fuzz.Buffers;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Input;
import dev.parley.nat.PeerKey;
import dev.parley.nat.path.KnownLink;
import dev.parley.nat.path.ProbeKeys;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The TCP port, as somebody meets it who has no keys of a link. */
public final class TcpFuzz {
  private static final long TAG = 0x0101010101010101L;
  private static final KnownLink LINK =
      new KnownLink(
          new PeerKey(1, 2, 3, 4),
          ProbeKeys.derive(new byte[ProbeKeys.SECRET_BYTES], filled(9), TAG, 22));

  private TcpFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] hello = new byte[Opening.HELLO_BYTES];
    Arrays.fill(hello, (byte) 1);
    hello[0] = Opening.MAGIC;
    hello[1] = Opening.HELLO;
    byte[] proof = new byte[Opening.PROOF_BYTES];
    proof[0] = Opening.MAGIC;
    proof[1] = Opening.PROOF;
    return List.of(
        FuzzTarget.of("tcp-frames", TcpFuzz::frames, FrameDecoder.class)
            .seeds(new byte[] {0, 0, 3, 1, 2, 3, 0, 1, 9}, new byte[] {2, 8, 1, 0})
            .seeds(FuzzTarget.behind(1, Input.ofPieces(hello, proof))),
        FuzzTarget.of("tcp-opening", TcpFuzz::opening, Opening.class)
            .seeds(FuzzTarget.behind(0, Input.ofPieces(hello, proof)))
            .seeds(FuzzTarget.behind(1, Input.ofPieces(hello, proof))));
  }

  private static byte[] filled(int with) {
    byte[] bytes = new byte[ProbeKeys.SECRET_BYTES];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  private static void frames(byte[] input) {
    Input in = new Input(input);
    int step = 1 + in.number();
    byte[] stream = in.rest();
    assertThat(frames(stream, step)).isEqualTo(frames(stream, Math.max(1, stream.length)));
  }

  private static List<ByteString> frames(byte[] stream, int step) {
    List<ByteString> frames = new ArrayList<>();
    try (Buffers buffers = new Buffers()) {
      EmbeddedChannel channel = buffers.channel();
      channel.pipeline().addLast(new FrameDecoder());
      try {
        for (int at = 0; at < stream.length; at += step) {
          byte[] part = Arrays.copyOfRange(stream, at, Math.min(at + step, stream.length));
          channel.writeInbound(buffers.of(part));
        }
      } catch (CorruptedFrameException e) {
        // Whoever reads the frames closes the connection.
      }
      for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
        assertThat(frame.readableBytes()).isBetween(1, FrameDecoder.MAX_FRAME_BYTES);
        frames.add(ByteString.copyFrom(ByteBufUtil.getBytes(frame)));
        frame.release();
      }
    }
    return frames;
  }

  private static void opening(byte[] input) {
    Input in = new Input(input);
    Opening opening = new Opening(tag -> tag == TAG ? LINK : null, in.yes() ? LINK : null, () -> 7);
    opening.begin();
    int said = 0;
    try (Buffers buffers = new Buffers()) {
      while (in.hasMore() && opening.state() != Opening.State.REFUSED) {
        ByteBuf frame = buffers.of(in.piece());
        said += opening.onFrame(frame).size();
        frame.release();
        assertThat(opening.state()).isNotEqualTo(Opening.State.TIED);
      }
    }
    assertThat(said).isLessThanOrEqualTo(2);
  }
}
