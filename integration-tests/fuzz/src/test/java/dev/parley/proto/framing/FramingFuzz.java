package dev.parley.proto.framing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Input;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Frames of a stream, however the stream is cut. */
public final class FramingFuzz {
  private static final int MAX_FRAME_BYTES = 600;

  private FramingFuzz() {}

  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("frames", FramingFuzz::frames, FrameReader.class)
            .seeds(new byte[] {0, 3, 1, 2, 3, 0, 1, 9}, new byte[] {6, (byte) 0x81, 0x01, 5, 5})
            .seeds(new byte[] {2, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff}));
  }

  private record Reading(List<ByteString> frames, boolean failed, boolean amid) {}

  private static void frames(byte[] input) throws IOException {
    Input in = new Input(input);
    int step = 1 + in.number();
    byte[] stream = in.rest();
    Reading whole = read(stream, Math.max(1, stream.length));
    assertThat(read(stream, step)).isEqualTo(whole);

    // Each length has one form: what was read is what would be written.
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(again);
    for (ByteString frame : whole.frames()) {
      assertThat(frame.size()).isLessThanOrEqualTo(MAX_FRAME_BYTES);
      out.writeByteArrayNoTag(frame.toByteArray());
    }
    out.flush();
    assertThat(Arrays.copyOf(stream, again.size())).isEqualTo(again.toByteArray());
    assertThat(whole.failed() || whole.amid()).isEqualTo(again.size() < stream.length);
  }

  private static Reading read(byte[] stream, int step) {
    FrameReader reader = new FrameReader(MAX_FRAME_BYTES);
    List<ByteString> frames = new ArrayList<>();
    try {
      for (int at = 0; at < stream.length; at += step) {
        reader.read(ByteBuffer.wrap(stream, at, Math.min(step, stream.length - at)), frames::add);
      }
      return new Reading(frames, false, reader.isAmidFrame());
    } catch (FramingException e) {
      return new Reading(frames, true, true);
    }
  }
}
